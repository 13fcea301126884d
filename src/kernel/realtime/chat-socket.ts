import type { DefaultEventsMap, Socket } from 'socket.io';
import type { ProblemDetailsDto } from '../errors/problem-details.dto.js';
import type { Session } from '../identity/auth-user.js';

/** The answer to a command: the only two shapes. */
export type Ack = { ok: true; data: unknown } | { ok: false; error: ProblemDetailsDto };

export type Reply = (answer: Ack) => void;
export type SocketCommandHandler = (input: unknown, reply: Reply) => unknown;

export interface SocketData {
  session: Session;
}

export type ChatSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
