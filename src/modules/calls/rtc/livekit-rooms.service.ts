import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { callUpdated } from '../calls.contract.js';
import { LivekitClient, TOKEN_SECONDS } from './livekit-client.js';
import { RtcRepository } from './rtc.repository.js';

/** Lifetime of a token with the leeway of LiveKit's JWT library (60 s) and a margin. */
const RECHECK_MS = (TOKEN_SECONDS + 60 + 10) * 1_000;

/**
 * Keeps LiveKit rooms equal to the participants of calls: after every change of a call, and once more when all earlier
 * tokens have expired. Each run compares the whole room, so no state is kept. Calls never wait for it; a failed run is
 * repeated with the next change.
 */
@Injectable()
export class LivekitRoomsService implements OnApplicationShutdown {
  private readonly logger = new Logger(LivekitRoomsService.name);
  /** Calls whose rooms are being synchronized; true when another run is needed. */
  private readonly running = new Map<string, boolean>();
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly repository: RtcRepository,
    private readonly livekit: LivekitClient,
    publisher: Publisher,
  ) {
    if (!livekit.isConfigured) return;
    publisher.on(callUpdated, ({ id, topology }) => {
      if (topology !== 'sfu') return;
      this.scheduleRecheck(id);
      void this.synchronizeRoom(id);
    });
  }

  onApplicationShutdown(): void {
    this.timers.forEach((timer) => clearTimeout(timer));
  }

  private scheduleRecheck(callId: string): void {
    clearTimeout(this.timers.get(callId));
    const recheck = (): void => {
      this.timers.delete(callId);
      void this.synchronizeRoom(callId);
    };
    this.timers.set(callId, setTimeout(recheck, RECHECK_MS).unref());
  }

  /** One run at a time for each call. The last run begins after the last change. */
  private async synchronizeRoom(callId: string): Promise<void> {
    if (this.running.has(callId)) return void this.running.set(callId, true);
    do {
      this.running.set(callId, false);
      await this.removeFormerParticipants(callId).catch((error: unknown) =>
        this.logger.warn(`LiveKit room not synchronized: ${errorCodeOf(error)}`),
      );
    } while (this.running.get(callId));
    this.running.delete(callId);
  }

  private async removeFormerParticipants(callId: string): Promise<void> {
    if (!(await this.repository.isLive(callId))) return this.livekit.deleteRoom(callId);
    const identities = await this.livekit.listIdentities(callId);
    const formerIds = await this.repository.filterFormerParticipants(callId, identities);
    await Promise.all(formerIds.map((userId) => this.livekit.removeParticipant(callId, userId)));
  }
}

/** System error code (ECONNREFUSED), else the name of the error. */
function errorCodeOf(error: unknown): string {
  const { name, cause } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? name;
}
