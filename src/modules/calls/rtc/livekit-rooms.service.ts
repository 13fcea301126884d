import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { conversationRemoved } from '../../conversations/conversations.contract.js';
import { callUpdated } from '../calls.contract.js';
import { LivekitClient, TOKEN_SECONDS } from './livekit-client.js';
import { RtcRepository } from './rtc.repository.js';

/** LiveKit takes a token for another minute (the leeway of its JWT library); and a little more. */
const LOOK_AGAIN_MS = (TOKEN_SECONDS + 60 + 10) * 1_000;

/**
 * Sees to it that only those who are in a call are in its room on the media server: after every change of the call, and
 * once more when no token from before it is good any more. It compares, so nothing has to be remembered or told twice. The
 * call itself never waits for it: what the media server does not do now is tried with the next change.
 */
@Injectable()
export class LivekitRoomsService implements OnApplicationShutdown {
  private readonly logger = new Logger(LivekitRoomsService.name);
  /** The calls whose rooms are looked at right now; true: something has changed meanwhile. */
  private readonly looking = new Map<string, boolean>();
  /** Live calls, by their conversations. */
  private readonly callsIn = new Map<string, string>();
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly calls: RtcRepository,
    private readonly mediaServer: LivekitClient,
    publisher: Publisher,
  ) {
    if (!mediaServer.isConfigured) return;
    publisher.on(callUpdated, ({ id, conversationId, topology, state }) => {
      if (topology !== 'sfu') return;
      if (state === 'ended') this.callsIn.delete(conversationId);
      else this.callsIn.set(conversationId, id);
      this.lookAgainLater(id);
      void this.look(id);
    });
    // The call may have gone with its conversation, and then nobody tells of it any more.
    publisher.on(conversationRemoved, ({ conversationId }) => {
      const callId = this.callsIn.get(conversationId);
      if (callId) void this.look(callId);
    });
  }

  onApplicationShutdown(): void {
    this.timers.forEach((timer) => clearTimeout(timer));
  }

  private lookAgainLater(callId: string): void {
    clearTimeout(this.timers.get(callId));
    const look = (): void => {
      this.timers.delete(callId);
      void this.look(callId);
    };
    this.timers.set(callId, setTimeout(look, LOOK_AGAIN_MS).unref());
  }

  /** One look at a time for each call, and the last one begins after the last change. */
  private async look(callId: string): Promise<void> {
    if (this.looking.has(callId)) return void this.looking.set(callId, true);
    do {
      this.looking.set(callId, false);
      await this.tidy(callId).catch((error: unknown) =>
        this.logger.warn(`The media server did not do as told: ${reasonOf(error)}`),
      );
    } while (this.looking.get(callId));
    this.looking.delete(callId);
  }

  private async tidy(callId: string): Promise<void> {
    if (!(await this.calls.isLive(callId))) return this.mediaServer.close(callId);
    const inside = await this.mediaServer.identities(callId);
    const out = await this.calls.whoIsOut(callId, inside);
    await Promise.all(out.map((userId) => this.mediaServer.remove(callId, userId)));
  }
}

/** The code of what kept us from it (ECONNREFUSED …), or how the error is called. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? name;
}
