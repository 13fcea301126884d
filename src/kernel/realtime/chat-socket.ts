import type { DefaultEventsMap, Socket } from 'socket.io';
import type { Problem } from '../errors/problem.js';
import type { Session } from '../identity/caller.js';

/** The answer to a command: the only two shapes. */
export type Ack = { ok: true; data: unknown } | { ok: false; error: Problem };

export type Reply = (answer: Ack) => void;
export type CommandHandler = (input: unknown, reply: Reply) => unknown;

export interface SocketData {
  session: Session;
}

export type ChatSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
