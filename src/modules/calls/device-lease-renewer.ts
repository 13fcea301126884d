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

/** Renewals within the shorter of reconnect period and lease. */
const RENEWALS_PER_LEASE = 5;

/**
 * Leases of devices in calls. Each node renews the leases of the devices connected to it. A disconnected device keeps its
 * lease for the reconnect period only. A node that dies renews none.
 */
@Injectable()
export class DeviceLeaseRenewer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(DeviceLeaseRenewer.name);
  /** Connected devices in calls, as of the last renewal. */
  private trackedKeys = new Set<string>();
  private readonly poller: Poller;

  constructor(
    private readonly config: Config,
    private readonly unitOfWork: UnitOfWork,
    private readonly leases: DeviceLeasesRepository,
    private readonly devices: ConnectedDevices,
    private readonly timeouts: CallTimeoutsScheduler,
  ) {
    const { callReconnectSeconds, callLeaseSeconds } = config;
    this.poller = new Poller(
      { intervalMs: (Math.min(callReconnectSeconds, callLeaseSeconds) * 1_000) / RENEWALS_PER_LEASE },
      new FailureLog(this.logger, 'Renewal of device leases'),
      () => (devices.hasConnections() ? this.renewConnected() : undefined),
    );
  }

  onApplicationBootstrap(): void {
    this.devices.onDisconnected((device) => void this.markDisconnected(device));
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

  /** Adds a device that joined a call. */
  track(device: DeviceRef): void {
    if (this.devices.isConnected(device)) this.trackedKeys.add(toDeviceKey(device));
  }

  private async renewConnected(): Promise<void> {
    const { callLeaseSeconds } = this.config;
    const keysBefore = new Set(this.trackedKeys);
    const leases = await this.leases.listLeases(callLeaseSeconds);
    const connected = leases.filter((device) => this.devices.isConnected(device));
    const addedKeys = [...this.trackedKeys].filter((key) => !keysBefore.has(key));
    this.trackedKeys = new Set([...connected.map(toDeviceKey), ...addedKeys]);
    const due = connected.filter(({ isDue }) => isDue);
    if (due.length > 0) await this.leases.renewLeases(due, callLeaseSeconds);
  }

  /** Shortens the lease of a disconnected device. Devices that are in no call cost no statement. */
  private async markDisconnected(device: DeviceRef): Promise<void> {
    if (!this.poller.isLive || !this.trackedKeys.delete(toDeviceKey(device))) return;
    try {
      await this.unitOfWork.run(async () => {
        const shortened = await this.leases.shortenLease(device, this.config.callReconnectSeconds);
        if (shortened) await this.timeouts.scheduleAt(shortened.callId, shortened.leaseExpiresAt);
      });
    } catch (error) {
      if (this.poller.isLive) this.logger.warn(`Device lease not shortened: ${(error as Error).name}`);
    }
  }
}

function toDeviceKey({ userId, deviceId }: DeviceRef): string {
  return deviceRoom(userId, deviceId);
}
