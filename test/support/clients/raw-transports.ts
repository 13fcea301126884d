import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import type { Device } from './transports.js';
import { MARKER } from '../fuzz/fuzz-inputs.js';

/** Raw response as text, as an attacker would inspect it. */
export interface RawResponse {
  /** Undefined over a socket, where the ack contains the status. */
  status?: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

export interface RawRequest {
  method: string;
  /** Sent unchanged. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

/** HTTP without a client that corrects the request. */
export function rawRestClient(url: string, token: string): (request: RawRequest) => Promise<RawResponse> {
  const { hostname, port } = new URL(url);
  return ({ method, path, headers = {}, body }: RawRequest): Promise<RawResponse> =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const pending = request({
        hostname,
        port,
        method,
        path,
        agent,
        headers: { authorization: `Bearer ${token}`, ...length, ...headers },
      });
      pending.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      });
      pending.on('error', reject);
      pending.end(body);
    });
}

/** Answer of a server to bytes that are no HTTP, until it closes the connection. */
export function sendRawBytes(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}

/**
 * Sends commands with JSON text as arguments, without the encoder of the client, on the connection of a
 * device.
 */
export class RawSocket {
  private lastId = 1_000_000;
  private readonly waiting = new Map<string, (text: string) => void>();

  constructor(readonly device: Device) {
    device.socket.io.engine.on('message', (message: unknown) => {
      const [, id, text] = /^3(\d+)(.*)$/s.exec(String(message)) ?? [];
      if (id) this.waiting.get(id)?.(text!);
    });
  }

  /** Text of the ack, within ten seconds. */
  request(name: string, ...args: string[]): Promise<RawResponse> {
    const id = String(++this.lastId);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`No ack of ${name}: ${args.join().slice(0, 80)}`)),
        10_000,
      );
      this.waiting.set(id, (text) => {
        clearTimeout(timer);
        this.waiting.delete(id);
        resolve({ headers: {}, text });
      });
      this.write(`2${id}[${[JSON.stringify(name), ...args].join(',')}]`);
    });
  }

  /** Sends a raw Socket.IO packet. */
  write(packet: string): void {
    this.device.socket.io.engine.write(packet);
  }
}

const REQUIRED = {
  type: 'string',
  title: 'string',
  status: 'number',
  detail: 'string',
  code: 'string',
  requestId: 'string',
};
const OPTIONAL = ['errors', 'retryAfterMs'];
const TRACE = /\bat \S+ \(|:\d+:\d+\)|node_modules|\/src\/|\/dist\/|\bstack\b/;

/** Differences between the answer to an invalid request and the error contract; empty when there are none. */
export function findProblemFaults(
  answer: RawResponse,
  expected: { status: number; field?: string },
): string[] {
  const problem = problemOf(answer);
  if (!problem) return [`not a problem: ${answer.status} ${answer.text.slice(0, 200)}`];
  const faults: string[] = [];
  if (problem.status !== expected.status) faults.push(`not ${expected.status}`);
  if (answer.text.includes(MARKER)) faults.push('repeats the value');
  if (TRACE.test(answer.text)) faults.push('has a stack trace');
  const { field } = expected;
  const errorFields = (problem.errors ?? []).map((error) => error.field);
  const isNamed = errorFields.some((name) => name === field || name.startsWith(`${field}.`));
  if (field && problem.code === 'validation_failed' && !isNamed) faults.push(`does not name ${field}`);
  return faults.map((fault) => `${fault}: ${answer.text.slice(0, 500)}`);
}

interface SentProblem {
  status: number;
  code: string;
  errors?: { field: string; code: string }[];
}

/** The problem details of an answer, null when the shape differs. */
function problemOf({ status, headers, text }: RawResponse): SentProblem | undefined {
  const isRest = status !== undefined;
  if (isRest && !/^application\/problem\+json\b/.test(String(headers['content-type']))) return undefined;
  const problem = isRest ? asObject(text) : refusalOf(text);
  if (!problem || (isRest && problem.status !== status)) return undefined;
  const fields = Object.keys(problem);
  const isWhole = Object.entries(REQUIRED).every(([field, type]) => typeof problem[field] === type);
  if (!isWhole || fields.some((field) => !(field in REQUIRED) && !OPTIONAL.includes(field))) return undefined;
  if (problem.type !== `/docs/errors#${String(problem.code)}`) return undefined;
  if ('errors' in problem && !isFieldErrors(problem.errors)) return undefined;
  return problem as unknown as SentProblem;
}

/** The single argument of an ack, `{ ok: false, error }`. */
function refusalOf(text: string): Record<string, unknown> | undefined {
  const [ack, ...more] = Object.values(asObject(text) ?? {}) as { ok?: unknown; error?: unknown }[];
  if (more.length > 0 || ack?.ok !== false || Object.keys(ack).join() !== 'ok,error') return undefined;
  return ack.error as Record<string, unknown>;
}

function asObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isFieldErrors(errors: unknown): boolean {
  return (
    Array.isArray(errors) &&
    errors.length > 0 &&
    errors.every(
      (error: object) =>
        Object.keys(error).sort().join() === 'code,field' &&
        Object.values(error).every((value) => typeof value === 'string'),
    )
  );
}
