import type { DefaultEventsMap, Socket } from 'socket.io';
import type { ProblemDetailsDto } from '../errors/problem-details.dto.js';
import type { Session } from '../identity/auth-user.js';

/** Acknowledgement of a command. */
export type Ack = { ok: true; data: unknown } | { ok: false; error: ProblemDetailsDto };

/** `thrown`: cause of an error answer. */
export type Reply = (answer: Ack, thrown?: unknown) => void;
export type SocketCommandHandler = (input: unknown, reply: Reply) => unknown;

/** Data of an admitted socket. */
export interface SocketData {
  session: Session;
}

export type ChatSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
