import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Server } from 'socket.io';
import { FailureLog } from '../scheduling/failure-log.js';
import { Poller } from '../scheduling/poller.js';
import type { ChatSocket } from '../realtime/chat-socket.js';
import { sessionEnded, sessionExpiring } from './sessions.contract.js';

/** The people whose sessions ended lately, and when, by the clock of the database. Implemented by users. */
export abstract class SessionRevocations {
  abstract listRevokedSince(milliseconds: number): Promise<{ userId: string; endedAt: Date }[]>;
}

const CHECK_MS = 400;
/** Longer than any transaction may take from its now() to its commit. */
const LOOK_BACK_MS = 60_000;
const WARN_BEFORE_EXPIRY_MS = 60_000;

/**
 * Disconnects the sockets of deactivated and signed-out users, on each node, and those whose token has expired: within
 * a second. Revocations are read from the database, so no message between nodes can be lost.
 */
@Injectable()
export class SessionMonitor implements OnApplicationShutdown {
  private readonly logger = new Logger(SessionMonitor.name);
  private server?: Server;
  private lastCheckAt = performance.now();
  private readonly warned = new WeakMap<ChatSocket, number>();
  private readonly revocationPoller = new Poller(
    { intervalMs: CHECK_MS },
    new FailureLog(this.logger, 'Check for revoked sessions'),
    () => this.disconnectRevoked(),
  );
  /** Apart from revocation, so that expiry does not wait for a database that does not answer. */
  private readonly expiryPoller = new Poller(
    { intervalMs: CHECK_MS },
    new FailureLog(this.logger, 'Check for expired sessions'),
    () => this.disconnectExpired(),
  );

  constructor(private readonly revocations: SessionRevocations) {}

  start(server: Server): void {
    this.server = server;
    this.expiryPoller.start();
    this.revocationPoller.start();
  }

  /** The last hook: until the sockets are closed, sessions end in time. */
  onApplicationShutdown(): void {
    void this.expiryPoller.stop();
    void this.revocationPoller.stop();
    this.server = undefined;
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
      this.disconnectUsers(
        await this.revocations.listRevokedSince(startedAt - this.lastCheckAt + LOOK_BACK_MS),
      );
    this.lastCheckAt = startedAt;
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
