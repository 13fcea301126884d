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
import { report } from '../errors/report.js';
import { Authenticator } from '../identity/caller.js';
import { refuse } from '../validation/refuse.js';
import { clientIdRule } from '../validation/rules.js';
import { deviceRoom } from './audience.js';
import { type ChatSocket, type CommandHandler, type Reply } from './chat-socket.js';
import { CommandQueue } from './command-queue.js';
import { Devices } from './devices.js';
import { OVER_LIMIT } from './json-parser.js';
import { relieve } from './pressure.js';
import { Publisher } from './publisher.js';
import { Sessions } from './sessions.js';

const DRAIN_MS = 10_000;
const POLL_MS = 20;
const SLOW_DOWN_MS = 1_000;

/**
 * Where sockets come in: one for each connection, with one token. They join the room of their user, and every command
 * they send is acked exactly once, an unknown one too, in the order in which they came.
 */
@Injectable()
export class SocketDoor implements BeforeApplicationShutdown {
  private readonly handlers = new WeakMap<ChatSocket, Map<string, CommandHandler>>();
  private readonly gateways: ((socket: ChatSocket) => void)[] = [];
  /** The connections that have a socket, or are getting one. */
  private readonly taken = new WeakSet<object>();
  private running = 0;
  private closing = false;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly sessions: Sessions,
    private readonly publisher: Publisher,
    private readonly devices: Devices,
  ) {}

  /** What was begun is finished and acked before the sockets close. */
  async beforeApplicationShutdown(): Promise<void> {
    this.closing = true;
    for (let waited = 0; this.running > 0 && waited < DRAIN_MS; waited += POLL_MS) await sleep(POLL_MS);
  }

  open(server: Server): void {
    server.use((socket: ChatSocket, next) => {
      this.admit(socket).then(
        () => next(),
        (thrown: unknown) => {
          const problem = report(thrown);
          next(Object.assign(new Error(problem.code), { data: problem }));
        },
      );
    });
    server.on('connection', (socket: ChatSocket) => this.serve(socket));
    this.sessions.watch(server);
    this.publisher.speakThrough(server);
  }

  /** A gateway, which binds what it can do for a socket when the socket first asks for something. */
  introduce(gateway: (socket: ChatSocket) => void): void {
    this.gateways.push(gateway);
  }

  /** What a gateway can do for this socket. */
  bind(socket: ChatSocket, name: string, handler: CommandHandler): void {
    this.handlersOf(socket).set(name, handler);
  }

  /** An idle socket has none: every command of every gateway for each of thousands of sockets takes its room. */
  private handlersOf(socket: ChatSocket): Map<string, CommandHandler> {
    const known = this.handlers.get(socket);
    if (known) return known;
    const handlers = new Map<string, CommandHandler>();
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
      if (wrong) throw refuse([{ field: 'deviceId', code: wrong }]);
      const session = await this.authenticator.authenticate(token);
      const caller = { ...session.caller, deviceId: deviceId as string };
      socket.data = { session: { ...session, caller } };
      await socket.join([caller.userId, deviceRoom(caller.userId, caller.deviceId)]);
    } catch (error) {
      this.taken.delete(socket.conn);
      throw error;
    }
  }

  private serve(socket: ChatSocket): void {
    const queue = new CommandQueue();
    this.devices.add(socket);
    socket.once('disconnect', () => this.taken.delete(socket.conn));
    relieve(socket);
    socket.onAny((name: string, ...received: unknown[]) => this.receive(socket, queue, name, received));
  }

  private receive(socket: ChatSocket, queue: CommandQueue, name: string, received: unknown[]): void {
    const ack = typeof received.at(-1) === 'function' ? (received.pop() as Reply) : undefined;
    const reply = once((answer) => ack?.(answer));
    const accepted = queue.enter(async () => {
      this.running++;
      try {
        const data = await this.carryOut(socket, name, received, reply);
        if (data !== undefined) reply({ ok: true, data });
      } catch (thrown) {
        reply({ ok: false, error: report(thrown) });
      } finally {
        this.running--;
      }
    });
    if (!accepted)
      reply({ ok: false, error: report(rateLimited(undefined, { retryAfterMs: SLOW_DOWN_MS })) });
  }

  /** The handler's own errors were answered by the filter of its gateway: then there is no data. */
  private async carryOut(
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
