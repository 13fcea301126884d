import type { JWTPayload } from 'jose';
import request from 'supertest';
import type { ProblemDetailsDto } from '../../../src/kernel/errors/problem-details.dto.js';
import type { AccountDto } from '../../../src/modules/users/dto/account.dto.js';
import { Device } from './transports.js';
import { signToken } from './tokens.js';

/** Account that REST returns for this token. */
export async function getAccount(url: string, token: string): Promise<AccountDto> {
  const answer = await request(url).get('/v1/users/me').set('authorization', `Bearer ${token}`);
  if (!answer.ok) throw new Error(JSON.stringify(answer.body));
  return answer.body as AccountDto;
}

/** Signs a token of the host product with these claims, and returns it with its account. */
export async function provisionUser(url: string, claims: JWTPayload): Promise<AccountDto> {
  return getAccount(url, await signToken(claims));
}

/** Requires that REST and the socket reject a token with the same error, except for the request id. */
export async function expectTokenRejected(
  url: string,
  token: unknown,
): Promise<Omit<ProblemDetailsDto, 'requestId'>> {
  const [byRest, bySocket] = await Promise.all([
    rejectionOverRest(url, token),
    rejectionOverSocket(url, token),
  ]);
  expect(withoutRequestId(bySocket)).toEqual(withoutRequestId(byRest));
  return withoutRequestId(byRest);
}

async function rejectionOverRest(url: string, token: unknown): Promise<ProblemDetailsDto> {
  const answer = await request(url)
    .get('/v1/users/me')
    .set('authorization', `Bearer ${String(token)}`);
  if (answer.ok) throw new Error('REST accepted the token.');
  const problem = answer.body as ProblemDetailsDto;
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.status).toBe(problem.status);
  if (problem.status === 401)
    expect(answer.headers['www-authenticate']).toBe(
      problem.code === 'token_expired' ? 'Bearer error="invalid_token"' : 'Bearer',
    );
  if (problem.status === 503) expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  return problem;
}

async function rejectionOverSocket(url: string, token: unknown): Promise<ProblemDetailsDto> {
  try {
    (await Device.connect(url, token as string)).close();
  } catch (error) {
    return (error as { data: ProblemDetailsDto }).data;
  }
  throw new Error('The socket accepted the connection.');
}

function withoutRequestId({
  requestId,
  ...problem
}: ProblemDetailsDto): Omit<ProblemDetailsDto, 'requestId'> {
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  return problem;
}
