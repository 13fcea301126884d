import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { deviceRoom } from '../../kernel/realtime/recipient-resolver.js';
import { ConnectedDevices, type DeviceRef } from '../../kernel/identity/connected-devices.js';
import { DeviceLeasesRepository } from './device-leases.repository.js';
import { FailureLog } from '../../kernel/logging/failure-log.js';
import { Poller } from '../../kernel/jobs/poller.js';
import type { Presence } from './call-state-machine.js';
import { CallTimeoutsScheduler } from './call-timeouts.scheduler.js';
import { holderOf, type ParticipantRow } from './dto/call.dto.js';

/** Renewals within the shorter of reconnect period and lease. */
const RENEWALS_PER_LEASE = 5;
/** Longest pause between two renewals without an outage of the database, as a share of the lease. It expires no lease. */
const MAX_PAUSE_SHARE = 0.25;

/**
 * Leases of places in calls. A place belongs to the socket that joined, or to the device after a join over REST. Each node
 * renews the leases of the sockets and devices connected to it. After a disconnect the lease lasts for the reconnect time
 * only. A node that dies renews none.
 */
@Injectable()
export class DeviceLeaseRenewer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(DeviceLeaseRenewer.name);
  /** Connected sockets and devices in calls, as of the last renewal. */
  private trackedKeys = new Set<string>();
  private readonly poller: Poller;
  private readonly intervalMs: number;
  /** Times by the monotonic clock: the last successful renewal, and the end of the pause after an outage. */
  private lastRenewalAt = performance.now();
  private recoveredAt = 0;

  constructor(
    private readonly config: Config,
    private readonly unitOfWork: UnitOfWork,
    private readonly leases: DeviceLeasesRepository,
    private readonly devices: ConnectedDevices,
    private readonly timeouts: CallTimeoutsScheduler,
  ) {
    const { callReconnectSeconds, callLeaseSeconds } = config;
    this.intervalMs = (Math.min(callReconnectSeconds, callLeaseSeconds) * 1_000) / RENEWALS_PER_LEASE;
    this.poller = new Poller(
      { intervalMs: this.intervalMs },
      new FailureLog(this.logger, 'Renewal of device leases'),
      () => this.renewLeases(),
    );
  }

  onApplicationBootstrap(): void {
    this.lastRenewalAt = performance.now();
    this.devices.onDisconnected((device, isLast) => {
      void this.markDisconnected(device);
      if (isLast) void this.markDisconnected({ ...device, socketId: null });
    });
    this.poller.start();
  }

  /** Devices of a stopping node keep their leases, so that they can reconnect to another node. */
  beforeApplicationShutdown(): void {
    void this.poller.stop();
  }

  /** Presence of a device with a full lease. */
  toPresence(device: DeviceRef, now: Date): Presence {
    const leaseExpiresAt = new Date(now.getTime() + this.config.callLeaseSeconds * 1_000);
    return { ...device, now, leaseExpiresAt };
  }

  /** Adds a socket or device that joined a call. The reconnect period of a socket that was lost meanwhile starts. */
  track(device: DeviceRef): void {
    const isConnected = this.devices.isConnected(device);
    if (isConnected || device.socketId) this.trackedKeys.add(toKey(device));
    if (!isConnected) void this.markDisconnected(device);
  }

  /**
   * Whether another socket or device holds the place of a joined participant. Another socket of the same device counts only
   * while it is connected to this node, because the device may return before the loss of its socket is stored.
   */
  isHeldElsewhere(participant: ParticipantRow, device: DeviceRef): boolean {
    if (participant.disconnected_at) return false;
    const holder = holderOf(participant);
    if (holder.deviceId !== device.deviceId) return true;
    if (!holder.socketId || !device.socketId || holder.socketId === device.socketId) return false;
    return this.devices.isConnected(holder);
  }

  /**
   * Time until which no lease counts as expired: during an outage of the database and for the reconnect time after it, because
   * connected devices could not be renewed. Null without an outage.
   */
  findOutageEnd(now: Date): Date | null {
    const monotonicNow = performance.now();
    const isOutage = this.poller.isLive && monotonicNow - this.lastRenewalAt > this.maxPauseMs;
    const waitMs = isOutage ? this.intervalMs : this.recoveredAt - monotonicNow;
    return waitMs > 0 ? new Date(now.getTime() + waitMs) : null;
  }

  private get maxPauseMs(): number {
    return Math.max(this.intervalMs * 1.5, this.config.callLeaseSeconds * 1_000 * MAX_PAUSE_SHARE);
  }

  private async renewLeases(): Promise<void> {
    if (this.devices.hasConnections()) await this.renewConnected();
    const now = performance.now();
    if (now - this.lastRenewalAt > this.maxPauseMs)
      this.recoveredAt = now + this.config.callReconnectSeconds * 1_000;
    this.lastRenewalAt = now;
  }

  private async renewConnected(): Promise<void> {
    const { callLeaseSeconds } = this.config;
    const keysBefore = new Set(this.trackedKeys);
    const leases = await this.leases.listLeases(callLeaseSeconds);
    const connected = leases.filter((device) => this.devices.isConnected(device));
    const addedKeys = [...this.trackedKeys].filter((key) => !keysBefore.has(key));
    this.trackedKeys = new Set([...connected.map(toKey), ...addedKeys]);
    const due = connected.filter(({ isDue }) => isDue);
    if (due.length > 0) await this.leases.renewLeases(due, callLeaseSeconds);
  }

  /** Starts the reconnect period of a disconnected socket or device. One that is in no call costs no statement. */
  private async markDisconnected(device: DeviceRef): Promise<void> {
    if (!this.poller.isLive || !this.trackedKeys.delete(toKey(device))) return;
    try {
      await this.unitOfWork.run(async () => {
        const lease = await this.leases.startReconnectPeriod(device, this.config.callReconnectSeconds);
        if (lease) await this.timeouts.scheduleAt(lease.callId, lease.leaseExpiresAt);
      });
    } catch (error) {
      if (this.poller.isLive) this.logger.warn(`Reconnect period not started: ${(error as Error).name}`);
    }
  }
}

function toKey({ userId, deviceId, socketId }: DeviceRef): string {
  return socketId ?? deviceRoom(userId, deviceId);
}
