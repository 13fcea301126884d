import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Server } from 'socket.io';
import {
  conflict,
  notFound,
  payloadTooLarge,
  rateLimited,
  serviceUnavailable,
  tokenExpired,
  validationFailed,
} from '../errors/base.errors.js';
import { toProblem } from '../errors/to-problem.js';
import { Authenticator } from '../identity/auth-user.js';
import { validationError } from '../validation/validation-error.js';
import { clientIdRule } from '../validation/rules.js';
import { deviceRoom } from './recipient-resolver.js';
import { type ChatSocket, type SocketCommandHandler, type Reply } from './chat-socket.js';
import { CommandQueue } from './command-queue.js';
import { DeviceRegistry } from './device-registry.js';
import { OVER_LIMIT } from './json-parser.js';
import { disconnectSlowConsumer } from './backpressure.js';
import { Publisher } from './publisher.js';
import { SessionMonitor } from './session-monitor.js';

const DRAIN_MS = 10_000;
const POLL_MS = 20;
const SLOW_DOWN_MS = 1_000;

/**
 * Where sockets come in: one for each connection, with one token. They join the room of their user, and every command
 * they send is acked exactly once, an unknown one too, in the order in which they came.
 */
@Injectable()
export class CommandDispatcher implements BeforeApplicationShutdown {
  private readonly handlers = new WeakMap<ChatSocket, Map<string, SocketCommandHandler>>();
  private readonly gateways: ((socket: ChatSocket) => void)[] = [];
  /** The connections that have a socket, or are getting one. */
  private readonly taken = new WeakSet<object>();
  private running = 0;
  private closing = false;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly sessions: SessionMonitor,
    private readonly publisher: Publisher,
    private readonly devices: DeviceRegistry,
  ) {}

  /** What was begun is finished and acked before the sockets close. */
  async beforeApplicationShutdown(): Promise<void> {
    this.closing = true;
    for (let waited = 0; this.running > 0 && waited < DRAIN_MS; waited += POLL_MS) await sleep(POLL_MS);
  }

  attach(server: Server): void {
    server.use((socket: ChatSocket, next) => {
      this.admit(socket).then(
        () => next(),
        (thrown: unknown) => {
          const problem = toProblem(thrown);
          next(Object.assign(new Error(problem.code), { data: problem }));
        },
      );
    });
    server.on('connection', (socket: ChatSocket) => this.serve(socket));
    this.sessions.start(server);
    this.publisher.attach(server);
  }

  /** A gateway, which binds what it can do for a socket when the socket first asks for something. */
  registerGateway(gateway: (socket: ChatSocket) => void): void {
    this.gateways.push(gateway);
  }

  /** What a gateway can do for this socket. */
  registerHandler(socket: ChatSocket, name: string, handler: SocketCommandHandler): void {
    this.handlersOf(socket).set(name, handler);
  }

  /** An idle socket has none: every command of every gateway for each of thousands of sockets takes its room. */
  private handlersOf(socket: ChatSocket): Map<string, SocketCommandHandler> {
    const known = this.handlers.get(socket);
    if (known) return known;
    const handlers = new Map<string, SocketCommandHandler>();
    this.handlers.set(socket, handlers);
    for (const introduce of this.gateways) introduce(socket);
    return handlers;
  }

  /** One connection is one socket: each costs a look at the database and hears everything. */
  private async admit(socket: ChatSocket): Promise<void> {
    if (this.taken.has(socket.conn)) throw conflict('This connection has its socket already.');
    this.taken.add(socket.conn);
    try {
      const { token, deviceId = socket.id } = socket.handshake.auth as {
        token?: unknown;
        deviceId?: unknown;
      };
      const wrong = clientIdRule(deviceId);
      if (wrong) throw validationError([{ field: 'deviceId', code: wrong }]);
      const session = await this.authenticator.authenticate(token);
      const authUser = { ...session.user, deviceId: deviceId as string };
      socket.data = { session: { ...session, user: authUser } };
      await socket.join([authUser.userId, deviceRoom(authUser.userId, authUser.deviceId)]);
    } catch (error) {
      this.taken.delete(socket.conn);
      throw error;
    }
  }

  private serve(socket: ChatSocket): void {
    const queue = new CommandQueue();
    this.devices.add(socket);
    socket.once('disconnect', () => this.taken.delete(socket.conn));
    disconnectSlowConsumer(socket);
    socket.onAny((name: string, ...received: unknown[]) =>
      this.enqueueCommand(socket, queue, name, received),
    );
  }

  private enqueueCommand(socket: ChatSocket, queue: CommandQueue, name: string, received: unknown[]): void {
    const ack = typeof received.at(-1) === 'function' ? (received.pop() as Reply) : undefined;
    const reply = once((answer) => ack?.(answer));
    const accepted = queue.enter(async () => {
      this.running++;
      try {
        const data = await this.runCommand(socket, name, received, reply);
        if (data !== undefined) reply({ ok: true, data });
      } catch (thrown) {
        reply({ ok: false, error: toProblem(thrown) });
      } finally {
        this.running--;
      }
    });
    if (!accepted)
      reply({ ok: false, error: toProblem(rateLimited(undefined, { retryAfterMs: SLOW_DOWN_MS })) });
  }

  /** The handler's own errors were answered by the filter of its gateway: then there is no data. */
  private async runCommand(
    socket: ChatSocket,
    name: string,
    received: unknown[],
    reply: Reply,
  ): Promise<unknown> {
    if (!socket.connected) return undefined; // nobody waits for the answer; what was not acked is sent again
    if (this.closing) throw serviceUnavailable(undefined, { retryAfterMs: SLOW_DOWN_MS });
    if (received.includes(OVER_LIMIT)) throw payloadTooLarge();
    if (socket.data.session.expiresAt <= Date.now()) throw tokenExpired();
    const handler = this.handlersOf(socket).get(name);
    if (!handler) throw notFound('There is no such command.');
    if (received.length > 1) throw validationFailed('A command takes one object.');
    const result = await handler(received[0], reply);
    return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
  }
}

function once(send: Reply): Reply {
  let answered = false;
  return (answer) => {
    if (answered) return;
    answered = true;
    send(answer);
  };
}
