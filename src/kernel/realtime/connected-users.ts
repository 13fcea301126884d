import { Injectable } from '@nestjs/common';
import type { Server } from 'socket.io';
import type { ChatSocket } from './chat-socket.js';

/** Number of connected users that are remembered at least in the order in which they connected. */
const MIN_REMEMBERED = 10_000;

/** Users with a socket on this node, and the order in which they connected. */
@Injectable()
export class ConnectedUsers {
  private readonly socketCounts = new Map<string, number>();
  /** Users in the order in which they connected; the first one has the position `firstPosition`. */
  private readonly arrivals: string[] = [];
  private firstPosition = 0;

  /** Position of the next user that connects. */
  get position(): number {
    return this.firstPosition + this.arrivals.length;
  }

  attachServer(server: Server): void {
    server.on('connection', (socket: ChatSocket) => this.addSocket(socket));
  }

  isConnected(userId: string): boolean {
    return this.socketCounts.has(userId);
  }

  listUserIds(): string[] {
    return [...this.socketCounts.keys()];
  }

  /** Connected users that connected at this position or later; undefined when the position is no longer remembered. */
  findConnectedSince(position: number): string[] | undefined {
    if (position < this.firstPosition) return undefined;
    const userIds = new Set(this.arrivals.slice(position - this.firstPosition));
    return [...userIds].filter((userId) => this.isConnected(userId));
  }

  private addSocket(socket: ChatSocket): void {
    const { userId } = socket.data.session.user;
    const count = this.socketCounts.get(userId) ?? 0;
    this.socketCounts.set(userId, count + 1);
    socket.once('disconnect', () => this.removeSocket(userId));
    if (count > 0) return;
    this.arrivals.push(userId);
    if (this.arrivals.length < 2 * MIN_REMEMBERED) return;
    this.arrivals.splice(0, MIN_REMEMBERED);
    this.firstPosition += MIN_REMEMBERED;
  }

  private removeSocket(userId: string): void {
    const remaining = this.socketCounts.get(userId)! - 1;
    if (remaining > 0) this.socketCounts.set(userId, remaining);
    else this.socketCounts.delete(userId);
  }
}
