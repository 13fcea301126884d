import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Server } from 'socket.io';
import type { ChatSocket } from '../realtime/chat-socket.js';
import { sessionEnded, sessionExpiring } from './sessions.contract.js';

/** The people whose sessions ended lately, and when, by the clock of the database. Implemented by users. */
export abstract class SessionRevocations {
  abstract listRevokedSince(milliseconds: number): Promise<{ userId: string; endedAt: Date }[]>;
}

const SWEEP_MS = 400;
/** Longer than any transaction may take from its now() to its commit. */
const LOOK_BACK_MS = 60_000;
const WARN_BEFORE_EXPIRY_MS = 60_000;

/**
 * Ends the sockets of people who were deactivated or signed out, on whatever node, and of tokens that expired: within a
 * second, because it looks every 400 ms. The database says whose, so no message between nodes can get lost.
 */
@Injectable()
export class SessionMonitor implements OnApplicationShutdown {
  private readonly logger = new Logger(SessionMonitor.name);
  private server?: Server;
  private expiryTimer?: NodeJS.Timeout;
  private revocationTimer?: NodeJS.Timeout;
  private lastLook = performance.now();
  private isDegraded = false;
  private readonly warned = new WeakMap<ChatSocket, number>();

  constructor(private readonly revocations: SessionRevocations) {}

  start(server: Server): void {
    this.server = server;
    this.expiryTimer = setInterval(() => this.disconnectExpired(), SWEEP_MS).unref();
    this.scheduleRevocationCheck();
  }

  /** Only now: until the sockets are closed, nobody may listen who must not. */
  onApplicationShutdown(): void {
    clearInterval(this.expiryTimer);
    clearTimeout(this.revocationTimer);
    this.server = undefined;
  }

  /** Apart from expiry, which must not wait for a database that does not answer. */
  private scheduleRevocationCheck(): void {
    this.revocationTimer = setTimeout(() => {
      this.disconnectRevoked()
        .then(
          () => (this.isDegraded = false),
          (error: unknown) => this.warnOnce(error),
        )
        .finally(() => this.server && this.scheduleRevocationCheck());
    }, SWEEP_MS).unref();
  }

  private warnOnce(error: unknown): void {
    if (!this.isDegraded && this.server)
      this.logger.warn(`Cannot look for ended sessions: ${(error as Error).name}`);
    this.isDegraded = true;
  }

  private disconnectExpired(): void {
    const now = Date.now();
    for (const socket of this.sockets()) {
      const { expiresAt } = socket.data.session;
      if (expiresAt <= now) end(socket, 'token_expired');
      else if (expiresAt - now < WARN_BEFORE_EXPIRY_MS && this.warned.get(socket) !== expiresAt) {
        this.warned.set(socket, expiresAt);
        socket.emit(sessionExpiring.name, { expiresAt: new Date(expiresAt).toISOString() });
      }
    }
  }

  private async disconnectRevoked(): Promise<void> {
    const startedAt = performance.now();
    if (this.sockets().length > 0)
      this.disconnectUsers(await this.revocations.listRevokedSince(startedAt - this.lastLook + LOOK_BACK_MS));
    this.lastLook = startedAt;
  }

  private disconnectUsers(revoked: { userId: string; endedAt: Date }[]): void {
    if (revoked.length === 0) return;
    const endedAt = new Map(revoked.map((revocation) => [revocation.userId, revocation.endedAt]));
    for (const socket of this.sockets()) {
      const { user: authUser, startedAt } = socket.data.session;
      const ended = endedAt.get(authUser.userId);
      if (ended && ended >= startedAt) end(socket, 'unauthenticated');
    }
  }

  private sockets(): ChatSocket[] {
    return [...(this.server?.sockets.sockets.values() ?? [])] as ChatSocket[];
  }
}

function end(socket: ChatSocket, code: 'token_expired' | 'unauthenticated'): void {
  socket.emit(sessionEnded.name, { code });
  socket.disconnect(true);
}
