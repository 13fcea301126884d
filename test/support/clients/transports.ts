import request from 'supertest';
import { io, type Socket } from 'socket.io-client';
import type { ProblemDetailsDto } from '../../../src/kernel/errors/problem-details.dto.js';
import type { Operation } from '../../../src/kernel/realtime/contract.js';
import { waitUntil } from '../environment/wait-until.js';
import { toMultipartForm } from '../uploads/multipart-forms.js';

/** Answer of an operation, equal on both transports. */
export type Answer<Output> = { ok: true; data: Output } | { ok: false; error: ProblemDetailsDto };

/** A transport for the operations of the contract. */
export interface Transport {
  readonly name: 'rest' | 'socket';
  request<Input extends object, Output extends object>(
    operation: Operation<Input, Output>,
    input: unknown,
  ): Promise<Answer<Output>>;
}

export interface ReceivedEvent {
  name: string;
  payload: Record<string, unknown>;
}

/** Sees all answers and events of the transports of a test file. */
export interface TrafficObserver {
  onRestAnswer(
    operation: Operation,
    answer: { status: number; type: string | undefined; body: unknown },
  ): void;
  onAck(operation: { name: string }, ack: unknown): void;
  onEvent(event: ReceivedEvent): void;
}

let observer: TrafficObserver | undefined;

export function observeTraffic(next: TrafficObserver): void {
  observer = next;
}

/** REST with the token of one user: path, query and body follow the contract. */
export function restTransport(url: string, token: string): Transport {
  return {
    name: 'rest',
    async request<Output>(operation: Operation, input: unknown): Promise<Answer<Output>> {
      const { method, path, rest } = toRoute(operation, input);
      const pending = request(url)[method](path).set('authorization', `Bearer ${token}`);
      const { headers, body } = operation.multipart
        ? toMultipartForm(rest as Record<string, unknown>)
        : toJsonBody(rest);
      const answer = await (method === 'get' || method === 'delete'
        ? pending.query(rest)
        : pending.set(headers).send(body));
      const type = answer.headers['content-type'];
      observer?.onRestAnswer(operation, { status: answer.status, type, body: answer.body as unknown });
      return answer.ok
        ? { ok: true, data: answer.body as Output }
        : { ok: false, error: answer.body as ProblemDetailsDto };
    },
  };
}

/** Connected device of one user that records its events. */
export class Device implements Transport {
  readonly name = 'socket';
  readonly events: ReceivedEvent[] = [];

  private constructor(readonly socket: Socket) {
    socket.onAny((name: string, payload: Record<string, unknown>) => {
      this.events.push({ name, payload });
      observer?.onEvent({ name, payload });
    });
  }

  static async connect(
    url: string,
    token: string,
    deviceId?: string,
    transport: 'websocket' | 'polling' = 'websocket',
  ): Promise<Device> {
    const socket = io(url, {
      auth: { token, deviceId },
      transports: [transport],
      reconnection: false,
      forceNew: true,
    });
    const device = new Device(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return device;
  }

  async request<Input extends object, Output extends object>(
    operation: Operation<Input, Output>,
    input: unknown,
  ): Promise<Answer<Output>> {
    const ack = await this.emitCommand<Output>(operation.name, input);
    observer?.onAck(operation, ack);
    return ack;
  }

  async emitCommand<Output>(name: string, ...input: unknown[]): Promise<Answer<Output>> {
    return (await this.socket.timeout(30_000).emitWithAck(name, ...input)) as Answer<Output>;
  }

  /** Waits for the given number of events of a name (or any) and returns their payloads. */
  async waitForEvents(count: number, name?: string): Promise<Record<string, unknown>[]> {
    const received = (): ReceivedEvent[] => this.events.filter((event) => !name || event.name === name);
    await waitUntil(() => received().length >= count).catch(() => {
      const names = this.events.map((event) => event.name).join(', ');
      throw new Error(`Received ${received().length} of ${count} ${name ?? 'events'}: ${names}`);
    });
    return received().map(({ payload }) => payload);
  }

  /** Receives all events that the server has emitted to this device: the answer to a command arrives after them. */
  async settleEvents(): Promise<void> {
    await this.emitCommand('no.such.command');
  }

  disconnected(): Promise<string> {
    return new Promise((resolve) => this.socket.once('disconnect', resolve));
  }

  close(): void {
    this.socket.disconnect();
  }
}

/** Data of an answer; fails on an error. */
export async function expectData<Output>(pending: Promise<Answer<Output>>): Promise<Output> {
  const answer = await pending;
  if (!answer.ok) throw new Error(`${answer.error.code}: ${JSON.stringify(answer.error)}`);
  return answer.data;
}

/** Code of an error; fails on a success. */
export async function expectErrorCode(pending: Promise<Answer<unknown>>): Promise<string> {
  const answer = await pending;
  if (answer.ok) throw new Error(`The request was accepted: ${JSON.stringify(answer.data)}`);
  return answer.error.code;
}

function toJsonBody(body: object): { headers: Record<string, string>; body: object } {
  return { headers: {}, body };
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

function toRoute({ name, rest }: Operation, input: unknown): { method: Method; path: string; rest: object } {
  if (!rest) throw new Error(`${name} is not over REST`);
  const [method, template] = rest.split(' ') as [string, string];
  const fields = { ...(input as Record<string, unknown>) };
  const path = template.replace(/\{(\w+)\}/g, (_all, field: string) => {
    const value = String(fields[field]);
    delete fields[field];
    return encodeURIComponent(value);
  });
  return { method: method.toLowerCase() as Method, path, rest: fields };
}
