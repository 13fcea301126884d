import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Server } from 'socket.io';
import { FailureLog } from '../logging/failure-log.js';
import { Poller } from '../jobs/poller.js';
import type { ChatSocket } from '../realtime/chat-socket.js';
import { sessionEnded, sessionExpiring } from './sessions.contract.js';

/** Session revocations of the last milliseconds, with times of the database clock. Implemented by users. */
export abstract class SessionRevocations {
  abstract listRevokedSince(milliseconds: number): Promise<{ userId: string; revokedAt: Date }[]>;
}

const CHECK_MS = 400;
/** Longer than the duration of any transaction from its now() to its commit. */
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
  /** Apart from revocation, so that expiry does not wait for a database that does not respond. */
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
    for (const socket of this.listSockets()) {
      const { expiresAt } = socket.data.session;
      if (expiresAt <= now) endSession(socket, 'token_expired');
      else if (expiresAt - now < WARN_BEFORE_EXPIRY_MS && this.warned.get(socket) !== expiresAt) {
        this.warned.set(socket, expiresAt);
        socket.emit(sessionExpiring.name, { expiresAt: new Date(expiresAt).toISOString() });
      }
    }
  }

  private async disconnectRevoked(): Promise<void> {
    const startedAt = performance.now();
    if (this.listSockets().length > 0)
      this.disconnectUsers(
        await this.revocations.listRevokedSince(startedAt - this.lastCheckAt + LOOK_BACK_MS),
      );
    this.lastCheckAt = startedAt;
  }

  private disconnectUsers(revocations: { userId: string; revokedAt: Date }[]): void {
    if (revocations.length === 0) return;
    const revokedAt = new Map(revocations.map((revocation) => [revocation.userId, revocation.revokedAt]));
    for (const socket of this.listSockets()) {
      const { user, startedAt } = socket.data.session;
      const userRevokedAt = revokedAt.get(user.userId);
      if (userRevokedAt && userRevokedAt >= startedAt) endSession(socket, 'unauthenticated');
    }
  }

  private listSockets(): ChatSocket[] {
    return [...(this.server?.sockets.sockets.values() ?? [])] as ChatSocket[];
  }
}

function endSession(socket: ChatSocket, code: 'token_expired' | 'unauthenticated'): void {
  socket.emit(sessionEnded.name, { code });
  socket.disconnect(true);
}
