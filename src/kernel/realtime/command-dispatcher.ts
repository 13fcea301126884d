import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { isObservable, lastValueFrom } from 'rxjs';
import { AppError } from '../errors/app-error.js';
import {
  notFound,
  payloadTooLarge,
  serviceUnavailable,
  tokenExpired,
  unsupportedMediaType,
  validationFailed,
} from '../errors/base.errors.js';
import { waitUntilIdle } from '../http/graceful-shutdown.js';
import { toProblem } from '../errors/to-problem.js';
import { recordRefusal } from '../logging/refusal-log.js';
import { closeConnection } from './backpressure.js';
import { type ChatSocket, type SocketCommandHandler, type Reply } from './chat-socket.js';
import { ConnectionLimits } from './connection-limits.js';
import { BINARY, OVER_LIMIT } from './json-parser.js';
import { TransportPauses } from './transport-pauses.js';

const RETRY_AFTER_MS = 1_000;
/** Commands of one socket that wait or run while its transport is read. */
export const MAX_QUEUED = 128;
/** Queue length at which reading continues. */
const RESUME_AT = MAX_QUEUED / 2;
/** Queue length at which the connection is closed. A request by polling of 1 MB holds fewer messages. */
const MAX_BACKLOG = 128 * MAX_QUEUED;

/**
 * Runs the commands of a socket one after the other, in the order sent. Each command gets exactly one ack, also an
 * unknown one. A full queue pauses the transport: no command is rejected, so none overtakes another.
 */
@Injectable()
export class CommandDispatcher implements BeforeApplicationShutdown {
  private readonly handlers = new WeakMap<ChatSocket, Map<string, SocketCommandHandler>>();
  private readonly gateways: ((socket: ChatSocket) => void)[] = [];
  private runningCount = 0;
  private isClosing = false;

  constructor(
    private readonly limits: ConnectionLimits,
    private readonly pauses: TransportPauses,
  ) {}

  /** Running commands finish and are acked before the sockets close. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    await waitUntilIdle(() => this.runningCount);
  }

  /** Registers a function that registers the handlers of a gateway for a socket. It is called at the first command of a socket. */
  registerGateway(gateway: (socket: ChatSocket) => void): void {
    this.gateways.push(gateway);
  }

  registerHandler(socket: ChatSocket, name: string, handler: SocketCommandHandler): void {
    this.getHandlers(socket).set(name, handler);
  }

  listen(socket: ChatSocket): void {
    const { conn } = socket;
    this.limits.permitCommands(socket);
    const queue = new CommandQueue(() => this.pauses.resume(conn));
    socket.onAny((name: string, ...received: unknown[]) =>
      this.enqueueCommand(socket, queue, name, received),
    );
  }

  /** Handlers of a socket. An idle socket has none, because all commands for each of thousands of sockets take much memory. */
  private getHandlers(socket: ChatSocket): Map<string, SocketCommandHandler> {
    const existing = this.handlers.get(socket);
    if (existing) return existing;
    const handlers = new Map<string, SocketCommandHandler>();
    this.handlers.set(socket, handlers);
    for (const registerHandlers of this.gateways) registerHandlers(socket);
    return handlers;
  }

  private enqueueCommand(socket: ChatSocket, queue: CommandQueue, name: string, received: unknown[]): void {
    const ack = typeof received.at(-1) === 'function' ? (received.pop() as Reply) : undefined;
    const reply = once((answer, thrown) => {
      if (thrown instanceof AppError && thrown.isMalformed) this.limits.countInvalidFrame(socket.conn);
      ack?.(answer);
    });
    if (!this.getHandlers(socket).has(name)) this.limits.countInvalidFrame(socket.conn);
    const length = queue.enqueue(async () => {
      this.runningCount++;
      try {
        const data = await this.runCommand(socket, name, received, reply);
        if (data !== undefined) reply({ ok: true, data });
      } catch (thrown) {
        reply({ ok: false, error: toProblem(thrown) }, thrown);
      } finally {
        this.runningCount--;
      }
    });
    if (length >= MAX_QUEUED) this.pauses.pause(socket.conn);
    if (length === MAX_BACKLOG) {
      recordRefusal('command_backlog');
      closeConnection(socket.conn);
    }
  }

  /** Result of the handler. Undefined when the exception filter of the gateway has acked an error. */
  private async runCommand(
    socket: ChatSocket,
    name: string,
    received: unknown[],
    reply: Reply,
  ): Promise<unknown> {
    if (!socket.connected) return undefined; // the client repeats commands without an ack
    if (this.isClosing) throw serviceUnavailable({ retryAfterMs: RETRY_AFTER_MS });
    if (received.includes(OVER_LIMIT)) throw payloadTooLarge({ isMalformed: true });
    if (received.includes(BINARY))
      throw unsupportedMediaType('A command takes no binary data.', { isMalformed: true });
    if (socket.data.session.expiresAt <= Date.now()) throw tokenExpired();
    const handler = this.getHandlers(socket).get(name);
    if (!handler) throw notFound('Unknown command.');
    if (received.length > 1) throw validationFailed('A command takes one object.', { isMalformed: true });
    const result = await handler(received[0] ?? {}, reply);
    return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
  }
}

/** Commands of one socket, in order: each starts after the ack of the previous one. */
class CommandQueue {
  private length = 0;
  private tail = Promise.resolve();

  constructor(private readonly onDrained: () => void) {}

  /** Length of the queue with this task, which must not reject. */
  enqueue(task: () => Promise<void>): number {
    this.tail = this.tail.then(task).finally(() => {
      if (--this.length === RESUME_AT) this.onDrained();
    });
    return ++this.length;
  }
}

function once(reply: Reply): Reply {
  let isAnswered = false;
  return (answer, thrown) => {
    if (isAnswered) return;
    isAnswered = true;
    reply(answer, thrown);
  };
}
