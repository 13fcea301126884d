import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { deviceRoom } from '../../kernel/realtime/recipient-resolver.js';
import { DeviceRegistry, type DeviceRef } from '../../kernel/identity/device-registry.js';
import { DeviceLeasesRepository } from './device-leases.repository.js';
import { FailureLog } from '../../kernel/scheduling/failure-log.js';
import { Poller } from '../../kernel/scheduling/poller.js';
import { CallTimeoutsScheduler } from './call-timeouts.scheduler.js';

/** Looks in one grace, and in one lease, so that every sign of a device is noticed in time. */
const LOOKS = 5;

/**
 * Who is in a call is believed to be there while a node says so. Each node renews the leases of the devices that are
 * connected to it; of one that loses its connection only the grace is left. A node that dies renews nothing more.
 */
@Injectable()
export class DeviceLeasesService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(DeviceLeasesService.name);
  /** The devices here that are in calls, as of the last look. */
  private known = new Set<string>();
  private readonly poller: Poller;

  constructor(
    private readonly config: Config,
    private readonly unitOfWork: UnitOfWork,
    private readonly leases: DeviceLeasesRepository,
    private readonly devices: DeviceRegistry,
    private readonly watch: CallTimeoutsScheduler,
  ) {
    const { callReconnectSeconds, callLeaseSeconds } = config;
    this.poller = new Poller(
      { intervalMs: (Math.min(callReconnectSeconds, callLeaseSeconds) * 1_000) / LOOKS },
      new FailureLog(this.logger, 'Renewal of device leases'),
      () => (devices.hasConnections() ? this.renew() : undefined),
    );
  }

  onApplicationBootstrap(): void {
    this.devices.onDisconnected((device) => void this.markDisconnected(device));
    this.poller.start();
  }

  /** Those who are cut off by this node’s end come back to another one: they keep their lease for that. */
  beforeApplicationShutdown(): void {
    void this.poller.stop();
  }

  /** It is in a call from now on, as it says itself. */
  track(device: DeviceRef): void {
    if (this.devices.isConnected(device)) this.known.add(keyOf(device));
  }

  private async renew(): Promise<void> {
    const { callLeaseSeconds } = this.config;
    const before = new Set(this.known);
    const all = await this.leases.list(callLeaseSeconds);
    const here = all.filter((device) => this.devices.isConnected(device));
    const meanwhile = [...this.known].filter((key) => !before.has(key));
    this.known = new Set([...here.map(keyOf), ...meanwhile]);
    const due = here.filter(({ isDue }) => isDue);
    if (due.length > 0) await this.leases.renew(due, callLeaseSeconds);
  }

  /** What nobody knows to be in a call costs nothing when it goes. */
  private async markDisconnected(device: DeviceRef): Promise<void> {
    if (!this.poller.isLive || !this.known.delete(keyOf(device))) return;
    try {
      await this.unitOfWork.run(async () => {
        const lost = await this.leases.shorten(device, this.config.callReconnectSeconds);
        if (lost) await this.watch.scheduleAt(lost.callId, lost.leaseExpiresAt);
      });
    } catch (error) {
      if (this.poller.isLive) this.logger.warn(`A lease runs on: ${(error as Error).name}`);
    }
  }
}

function keyOf({ userId, deviceId }: DeviceRef): string {
  return deviceRoom(userId, deviceId);
}
