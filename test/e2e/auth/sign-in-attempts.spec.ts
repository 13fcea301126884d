import { SignInAttempts } from '../../../src/auth/accounts/sign-in-attempts.js';
import { overloaded } from '../../../src/kernel/errors/base.errors.js';
import { PASSWORD } from '../../support/clients/local-accounts.js';
import { sharedServer } from '../../support/servers/shared-server.js';
import type { TestServer } from '../../support/servers/test-server.js';
import { waitUntil } from '../../support/environment/wait-until.js';

/** Defaults of SIGN_IN_ATTEMPTS_PER_ACCOUNT and SIGN_IN_ATTEMPTS_PER_ADDRESS. */
const [PER_ACCOUNT, PER_ADDRESS] = [10, 50];

let server: TestServer;
let count = 0;
const newName = (): string => `guessed-${++count}`;
const newAddress = (): string => `192.0.2.${++count}`;

beforeAll(async () => (server = await sharedServer({ localAccounts: true, trustProxy: 1 })));

interface Outcome {
  status: number;
  retryAfterMs?: number;
  retryAfter: string | null;
}

/** Request from an address, as the proxy in front of the server reports it. */
async function post(path: string, address: string, body: object): Promise<Outcome> {
  const response = await fetch(`${server.url}/v1/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify(body),
  });
  const { retryAfterMs } = (await response.json()) as { retryAfterMs?: number };
  return { status: response.status, retryAfterMs, retryAfter: response.headers.get('retry-after') };
}

const register = (username: string, address: string): Promise<Outcome> =>
  post('register', address, { username, password: PASSWORD });
const login = (name: string, address: string, password = PASSWORD): Promise<Outcome> =>
  post('login', address, { login: name, password });

function guess(name: string, address: string, times: number): Promise<Outcome[]> {
  return Promise.all(Array.from({ length: times }, (_item, index) => login(name, address, `guess ${index}`)));
}

const statuses = (outcomes: Outcome[]): number[] => outcomes.map(({ status }) => status).sort();

describe('Failed sign-ins', () => {
  it('to one account have to wait, for an existing and an unknown one alike', async () => {
    const name = newName();
    expect((await register(name, newAddress())).status).toBe(201);
    for (const guessed of [name, newName()]) {
      const outcomes = await guess(guessed, newAddress(), 3 * PER_ACCOUNT);
      expect(statuses(outcomes).slice(0, PER_ACCOUNT)).toEqual(Array(PER_ACCOUNT).fill(401));
      expect(statuses(outcomes).at(-1)).toBe(429);
      const refused = outcomes.find(({ status }) => status === 429)!;
      expect(refused.retryAfterMs).toBeGreaterThan(0);
      expect(refused.retryAfter).toBe('1');
      const later = statuses(await guess(guessed.toUpperCase(), newAddress(), PER_ACCOUNT));
      expect(later.filter((status) => status === 401).length).toBeLessThanOrEqual(1);
    }
  });

  it('from elsewhere do not lock out an address where the login has succeeded', async () => {
    const [name, home, attacker] = [newName(), newAddress(), newAddress()];
    await register(name, home);
    expect(statuses(await guess(name, attacker, 3 * PER_ACCOUNT)).at(-1)).toBe(429);
    expect((await login(name, home)).status).toBe(200);
    expect(statuses(await guess(newName(), home, 2 * PER_ADDRESS)).at(-1)).toBe(429);
    expect((await login(name, home)).status).toBe(200);
  });

  it('on an own device are forgotten after a sign-in, which is possible soon', async () => {
    const [name, home] = [newName(), newAddress()];
    await register(name, home);
    expect(statuses(await guess(name, home, 2 * PER_ACCOUNT)).at(-1)).toBe(429);
    await waitUntil(async () => (await login(name, home)).status === 200);
    expect(statuses(await guess(name, home, PER_ACCOUNT))).toEqual(Array(PER_ACCOUNT).fill(401));
  });

  it('from one address have to wait, for any account', async () => {
    const address = newAddress();
    const outcomes = await Promise.all(
      Array.from({ length: 2 * PER_ADDRESS }, () => guess(newName(), address, 1)),
    );
    expect(statuses(outcomes.flat()).at(-1)).toBe(429);
    expect((await guess(newName(), newAddress(), 1))[0]!.status).toBe(401);
  });

  it('from one IPv6 network count together', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 2 * PER_ADDRESS }, (_item, index) =>
        guess(newName(), `2001:db8::${index.toString(16)}`, 1),
      ),
    );
    expect(statuses(outcomes.flat()).at(-1)).toBe(429);
    expect((await guess(newName(), '2001:db8:0:1::1', 1))[0]!.status).toBe(401);
  });
});

describe('Attempts', () => {
  it('of one IPv6 /48 count together, with a larger limit', async () => {
    const attempts = server.app.get(SignInAttempts);
    const fail = (network: number): Promise<boolean> =>
      attempts.signIn(newName(), `2001:db8:48:${network.toString(16)}::1`, () => Promise.resolve(false));
    for (let network = 0; network < 10 * PER_ADDRESS; network++) expect(await fail(network)).toBe(false);
    await expect(fail(0xffff)).rejects.toMatchObject({ kind: { code: 'rate_limited' } });
  });

  it('that hashed nothing do not count', async () => {
    const attempts = server.app.get(SignInAttempts);
    const [name, address] = [newName(), newAddress()];
    const overload = (): Promise<never> => Promise.reject(overloaded());
    for (let times = 0; times < 3 * PER_ADDRESS; times++) {
      await expect(attempts.signIn(name, address, overload)).rejects.toThrow('Too many changes');
      await expect(attempts.register(name, address, overload)).rejects.toThrow('Too many changes');
    }
    expect(statuses(await guess(name, address, PER_ACCOUNT))).toEqual(Array(PER_ACCOUNT).fill(401));
    const refused = statuses(await guess(name, address, 2 * PER_ADDRESS)); // by the account, so not by the address
    expect(refused.filter((status) => status === 429).length).toBeGreaterThan(PER_ADDRESS);
    expect((await login(newName(), address)).status).toBe(401);
    expect((await register(newName(), address)).status).toBe(201);
  });

  it('that succeed are limited, too', async () => {
    const attempts = server.app.get(SignInAttempts);
    const [name, address] = [newName(), newAddress()];
    const succeed = (): Promise<boolean> => attempts.signIn(name, address, () => Promise.resolve(true));
    for (let times = 0; times < 10 * PER_ACCOUNT; times++) expect(await succeed()).toBe(true);
    await expect(succeed()).rejects.toMatchObject({ kind: { code: 'rate_limited' } });
  });
});

describe('Registrations', () => {
  it('from one address have to wait', async () => {
    const address = newAddress();
    const outcomes = await Promise.all(
      Array.from({ length: PER_ADDRESS + 5 }, () => register(newName(), address)),
    );
    expect(statuses(outcomes).at(-1)).toBe(429);
    expect((await register(newName(), newAddress())).status).toBe(201);
  });
});
