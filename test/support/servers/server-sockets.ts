import type { Server } from 'socket.io';
import type { ChatSocket } from '../../../src/kernel/realtime/chat-socket.js';
import { Publisher } from '../../../src/kernel/realtime/publisher.js';
import type { TestServer } from './test-server.js';

/** Sockets as the server sees them, for state invisible to clients. */
export function findServerSockets({ app }: TestServer): ChatSocket[] {
  const { server } = app.get<unknown, { server: Server }>(Publisher);
  return [...server.sockets.sockets.values()] as ChatSocket[];
}
