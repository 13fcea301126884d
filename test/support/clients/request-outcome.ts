import type { Socket } from 'socket.io-client';
import type { ProblemDetailsDto } from '../../../src/kernel/errors/problem-details.dto.js';
import type { Operation } from '../../../src/kernel/realtime/contract.js';
import type { Answer } from './transports.js';

/** Outcome of a request: an answer, a final error, or unknown and safe to repeat (D10). */
export type RequestOutcome<Output> =
  { kind: 'answered'; data: Output } | { kind: 'refused'; problem: ProblemDetailsDto } | { kind: 'unknown' };

const REQUEST_TIMEOUT_MS = 3_000;

/** For operations without path parameters only. */
export async function requestOverRest<Input extends object, Output extends object>(
  { url, token }: { url: string; token: string },
  { rest }: Operation<Input, Output>,
  input: Input,
): Promise<RequestOutcome<Output>> {
  const [method, path] = (rest ?? '').split(' ') as ['GET' | 'POST', string];
  const query = method === 'GET' ? `?${queryOf(input)}` : '';
  try {
    const answer = await fetch(`${url}${path}${query}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: method === 'GET' ? undefined : JSON.stringify(input),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const body: unknown = await answer.json();
    return outcomeOf(
      answer.ok ? { ok: true, data: body as Output } : { ok: false, error: body as ProblemDetailsDto },
    );
  } catch {
    return { kind: 'unknown' };
  }
}

export async function requestOverSocket<Input extends object, Output extends object>(
  socket: Socket,
  { name }: Operation<Input, Output>,
  input: Input,
): Promise<RequestOutcome<Output>> {
  if (!socket.connected) return { kind: 'unknown' };
  try {
    return outcomeOf((await socket.timeout(REQUEST_TIMEOUT_MS).emitWithAck(name, input)) as Answer<Output>);
  } catch {
    return { kind: 'unknown' };
  }
}

function outcomeOf<Output>(answer: Answer<Output>): RequestOutcome<Output> {
  if (answer.ok) return { kind: 'answered', data: answer.data };
  return answer.error.status >= 500 ? { kind: 'unknown' } : { kind: 'refused', problem: answer.error };
}

function queryOf(input: object): string {
  return new URLSearchParams(Object.entries(input) as [string, string][]).toString();
}
