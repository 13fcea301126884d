import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Server } from 'socket.io';
import { newId } from '../database/new-id.js';
import {
  notFound,
  payloadTooLarge,
  serviceUnavailable,
  tokenExpired,
  validationFailed,
} from '../errors/base.errors.js';
import { Problem } from '../errors/problem.js';
import { translate } from '../errors/translate.js';
import { Authenticator } from '../identity/caller.js';
import { roomOf, type ChatSocket, type Reply } from './chat-socket.js';
import { OVER_LIMIT } from './json-parser.js';
import { Lanes } from './lanes.js';
import { relieve } from './pressure.js';
import { Publisher } from './publisher.js';
import { Sessions } from './sessions.js';

const DRAIN_MS = 10_000;
const POLL_MS = 20;

/**
 * Where sockets come in: they show a token once, join the room of their user, and every command they send is acked
 * exactly once, an unknown one too. Commands that name one conversation run in the order in which they came.
 */
@Injectable()
export class SocketDoor implements BeforeApplicationShutdown {
  private running = 0;
  private closing = false;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly sessions: Sessions,
    private readonly publisher: Publisher,
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
          const problem = Problem.from(translate(thrown), newId());
          next(Object.assign(new Error(problem.code), { data: problem }));
        },
      );
    });
    server.on('connection', (socket: ChatSocket) => {
      relieve(socket);
      socket.onAny((name: string, ...received: unknown[]) => this.receive(socket, name, received));
    });
    this.sessions.watch(server);
    this.publisher.speakThrough(server);
  }

  private async admit(socket: ChatSocket): Promise<void> {
    const session = await this.authenticator.authenticate(
      (socket.handshake.auth as { token?: unknown }).token,
    );
    socket.data = { session, handlers: new Map(), lanes: new Lanes() };
    await socket.join(roomOf(session.caller.userId));
  }

  private receive(socket: ChatSocket, name: string, received: unknown[]): void {
    const ack = typeof received.at(-1) === 'function' ? (received.pop() as Reply) : undefined;
    const reply = once((answer) => ack?.(answer));
    this.running++;
    void socket.data.lanes.run(laneOf(received[0]), async () => {
      try {
        const data = await this.carryOut(socket, name, received, reply);
        if (data !== undefined) reply({ ok: true, data });
      } catch (thrown) {
        reply({ ok: false, error: Problem.from(translate(thrown), newId()) });
      } finally {
        this.running--;
      }
    });
  }

  /** The handler's own errors were answered by the filter of its gateway: then there is no data. */
  private async carryOut(
    socket: ChatSocket,
    name: string,
    received: unknown[],
    reply: Reply,
  ): Promise<unknown> {
    if (this.closing) throw serviceUnavailable(undefined, { retryAfterMs: POLL_MS });
    if (received.includes(OVER_LIMIT)) throw payloadTooLarge();
    if (socket.data.session.expiresAt <= Date.now()) throw tokenExpired();
    const handler = socket.data.handlers.get(name);
    if (!handler) throw notFound('There is no such command.');
    if (received.length > 1) throw validationFailed('A command takes one object.');
    const result = await handler(received[0], reply);
    return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
  }
}

function laneOf(input: unknown): string | undefined {
  const conversationId = (input as { conversationId?: unknown } | null | undefined)?.conversationId;
  return typeof conversationId === 'string' ? conversationId : undefined;
}

function once(send: Reply): Reply {
  let answered = false;
  return (answer) => {
    if (answered) return;
    answered = true;
    send(answer);
  };
}
