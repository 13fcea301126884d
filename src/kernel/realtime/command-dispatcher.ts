import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { isObservable, lastValueFrom } from 'rxjs';
import {
  notFound,
  payloadTooLarge,
  rateLimited,
  serviceUnavailable,
  tokenExpired,
  validationFailed,
} from '../errors/base.errors.js';
import { waitUntilIdle } from '../http/graceful-shutdown.js';
import { toProblem } from '../errors/to-problem.js';
import { type ChatSocket, type SocketCommandHandler, type Reply } from './chat-socket.js';
import { OVER_LIMIT } from './json-parser.js';

const RETRY_AFTER_MS = 1_000;
/** Commands of one socket that wait or run. Further ones are rejected with `rate_limited`. */
export const MAX_QUEUED = 128;

/**
 * Runs the commands of a socket one after the other, in the order sent. Each command gets exactly one ack, also an
 * unknown one.
 */
@Injectable()
export class CommandDispatcher implements BeforeApplicationShutdown {
  private readonly handlers = new WeakMap<ChatSocket, Map<string, SocketCommandHandler>>();
  private readonly gateways: ((socket: ChatSocket) => void)[] = [];
  private runningCount = 0;
  private isClosing = false;

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
    const queue = new CommandQueue();
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
    const reply = once((answer) => ack?.(answer));
    const isAccepted = queue.enqueue(async () => {
      this.runningCount++;
      try {
        const data = await this.runCommand(socket, name, received, reply);
        if (data !== undefined) reply({ ok: true, data });
      } catch (thrown) {
        reply({ ok: false, error: toProblem(thrown) });
      } finally {
        this.runningCount--;
      }
    });
    if (!isAccepted)
      reply({ ok: false, error: toProblem(rateLimited(undefined, { retryAfterMs: RETRY_AFTER_MS })) });
  }

  /** Result of the handler. Undefined when the exception filter of the gateway has acked an error. */
  private async runCommand(
    socket: ChatSocket,
    name: string,
    received: unknown[],
    reply: Reply,
  ): Promise<unknown> {
    if (!socket.connected) return undefined; // the client repeats commands without an ack
    if (this.isClosing) throw serviceUnavailable(undefined, { retryAfterMs: RETRY_AFTER_MS });
    if (received.includes(OVER_LIMIT)) throw payloadTooLarge();
    if (socket.data.session.expiresAt <= Date.now()) throw tokenExpired();
    const handler = this.getHandlers(socket).get(name);
    if (!handler) throw notFound('Unknown command.');
    if (received.length > 1) throw validationFailed('A command takes one object.');
    const result = await handler(received[0], reply);
    return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
  }
}

/** Commands of one socket, in order: each starts after the ack of the previous one. */
class CommandQueue {
  private length = 0;
  private tail = Promise.resolve();

  /** False when the queue is full; then the task does not run. The task must not reject. */
  enqueue(task: () => Promise<void>): boolean {
    if (this.length >= MAX_QUEUED) return false;
    this.length++;
    this.tail = this.tail.then(task).finally(() => this.length--);
    return true;
  }
}

function once(reply: Reply): Reply {
  let isAnswered = false;
  return (answer) => {
    if (isAnswered) return;
    isAnswered = true;
    reply(answer);
  };
}
