import type { JWTPayload } from 'jose';
import request from 'supertest';
import type { Problem } from '../../src/kernel/errors/problem.js';
import type { MeDto } from '../../src/modules/users/dto/user.dto.js';
import { Device } from './doors.js';
import { sign } from './tokens.js';

/** What REST answers to who shows this token. */
export async function admittedAs(url: string, token: string): Promise<MeDto> {
  const answer = await request(url).get('/v1/users/me').set('authorization', `Bearer ${token}`);
  if (!answer.ok) throw new Error(JSON.stringify(answer.body));
  return answer.body as MeDto;
}

/** A token of the host with these claims, and the person whom REST takes it for. */
export async function admittedWith(url: string, claims: JWTPayload): Promise<MeDto> {
  return admittedAs(url, await sign(claims));
}

/** The error with which REST and the socket refuse a token: it must be the same, the id of the request aside. */
export async function refusedAs(url: string, token: unknown): Promise<Omit<Problem, 'requestId'>> {
  const [byRest, bySocket] = await Promise.all([refusedByRest(url, token), refusedBySocket(url, token)]);
  expect(withoutRequestId(bySocket)).toEqual(withoutRequestId(byRest));
  return withoutRequestId(byRest);
}

async function refusedByRest(url: string, token: unknown): Promise<Problem> {
  const answer = await request(url)
    .get('/v1/users/me')
    .set('authorization', `Bearer ${String(token)}`);
  if (answer.ok) throw new Error('REST let it in.');
  const problem = answer.body as Problem;
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.status).toBe(problem.status);
  if (problem.status === 401)
    expect(answer.headers['www-authenticate']).toBe(
      problem.code === 'token_expired' ? 'Bearer error="invalid_token"' : 'Bearer',
    );
  if (problem.status === 503) expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  return problem;
}

async function refusedBySocket(url: string, token: unknown): Promise<Problem> {
  try {
    (await Device.connect(url, token as string)).close();
  } catch (error) {
    return (error as { data: Problem }).data;
  }
  throw new Error('The socket let it in.');
}

function withoutRequestId({ requestId, ...problem }: Problem): Omit<Problem, 'requestId'> {
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  return problem;
}
