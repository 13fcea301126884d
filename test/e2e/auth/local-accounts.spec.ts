import request from 'supertest';
import { logout } from '../../../src/auth/auth.contract.js';
import { getSelf, updateUser } from '../../../src/modules/users/users.contract.js';
import {
  localAccountClient,
  PASSWORD,
  type LocalAccountClient,
} from '../../support/clients/local-accounts.js';
import { getAccount } from '../../support/clients/provisioning.js';
import { expectData, expectErrorCode, restTransport } from '../../support/clients/transports.js';
import { query } from '../../support/servers/embedded-postgres-fixture.js';
import { createUser, startTestServer, type TestServer } from '../../support/servers/test-server.js';

let server: TestServer;
let accounts: LocalAccountClient;
let names = 0;
const newName = (): string => `person-${++names}`;

beforeAll(async () => {
  server = await startTestServer({
    localAccounts: true,
    signInAttemptsPerAccount: 1_000_000,
    signInAttemptsPerAddress: 1_000_000,
  });
  accounts = localAccountClient(server);
});
afterAll(() => server.stop());

const minutesUntil = (time: string): number => (Date.parse(time) - Date.now()) / 60_000;

function rows(sql: string): Promise<Record<string, unknown>[]> {
  return query(server.database.ownerUrl, sql);
}

describe('A registration', () => {
  it('creates an account with profile and signs in', async () => {
    const answer = await request(server.url)
      .post('/v1/auth/register')
      .send({ username: 'Anne.Ash', password: PASSWORD, email: 'Anne@Example.com', displayName: 'Anne' });
    expect(answer.status).toBe(201);
    const { user, accessToken, expiresAt, refreshExpiresAt } = answer.body as Record<string, string>;
    expect(user).toMatchObject({
      username: 'Anne.Ash',
      email: 'Anne@Example.com',
      displayName: 'Anne',
      role: 'user',
      isActive: true,
      accountVersion: 0,
      tmsUserId: expect.stringMatching(/^local:[0-9a-f-]{36}$/) as string,
    });
    expect(await getAccount(server.url, accessToken!)).toEqual(user);
    expect(minutesUntil(expiresAt!)).toBeCloseTo(15, 0);
    expect(minutesUntil(refreshExpiresAt!)).toBeCloseTo(30 * 24 * 60, 0);
  });

  it('stores neither the password nor the refresh token in readable form', async () => {
    const { refreshToken, user } = await expectData(accounts.register(newName()));
    const [row] = await rows(`SELECT password_hash FROM users WHERE id = '${user.id}'`);
    expect(row!.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const [stored] = await rows(`SELECT t::text FROM refresh_tokens t WHERE user_id = '${user.id}'`);
    expect(stored!.t).not.toContain(refreshToken.split('.')[1]);
  });

  it('accepts no username of another user, in any letter case, and no e-mail address of a local account', async () => {
    const [name, hostName] = [newName(), newName()];
    const email = `${name}@example.com`;
    await createUser(server, hostName, { email });
    for (const taken of [hostName, hostName.toUpperCase()])
      expect(await expectErrorCode(accounts.register(taken))).toBe('username_taken');
    await expectData(accounts.register(name, { email })); // the address of a user of the host product is not verified
    expect(await expectErrorCode(accounts.register(name.toUpperCase()))).toBe('username_taken');
    expect(await expectErrorCode(accounts.register(newName(), { email: email.toUpperCase() }))).toBe(
      'email_taken',
    );
    expect(await expectErrorCode(accounts.register(name, { email }))).toBe('username_taken');
  });

  it('leaves the name of a user of the host product as it is', async () => {
    const name = newName();
    const { user } = await expectData(accounts.register(name));
    const { id, token } = await createUser(server, name);
    expect(id).not.toBe(user.id);
    expect(await getAccount(server.url, token)).toMatchObject({ username: name });
  });

  it('succeeds once for 32 concurrent requests with one username', async () => {
    const name = `Crowd-${newName()}`;
    const variants = Array.from({ length: 32 }, (_, index) =>
      index % 2 ? name.toUpperCase() : name.toLowerCase(),
    );
    const answers = await Promise.all(variants.map((variant) => accounts.register(variant)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const codes = answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code]));
    expect(codes).toEqual(Array(31).fill('username_taken'));
  });

  it('succeeds once for 32 concurrent requests with one e-mail address', async () => {
    const email = `${newName()}@example.com`;
    const answers = await Promise.all(
      Array.from({ length: 32 }, () => accounts.register(newName(), { email })),
    );
    const outcomes = answers.map((answer) => (answer.ok ? 'signed in' : answer.error.code)).sort();
    expect(outcomes).toEqual([...Array<string>(31).fill('email_taken'), 'signed in']);
  });

  it.each([
    ['ab', PASSWORD],
    ['a'.repeat(65), PASSWORD],
    ['.dot', PASSWORD],
    ['with space', PASSWORD],
    ['an@example.com', PASSWORD],
    ['änne', PASSWORD],
    ['anne\n', PASSWORD],
    ['anne', 'seven77'],
    ['anne', 'x'.repeat(201)],
    ['anne', ' '.repeat(10)],
    ['anne', 'password'],
    ['anne', '12345678'],
    ['anne', 'QWERTYUIOP'],
    ['anne.ash', 'Anne.Ash'],
  ])('with the username %p and the password %p is rejected', async (username, password) =>
    expect(await expectErrorCode(accounts.register(username, { password }))).toBe('validation_failed'),
  );
});

describe('A sign-in', () => {
  it('accepts username or e-mail address in any letter case and the password in any Unicode form', async () => {
    const name = newName();
    const password = 'Ångström ﬁ 🔑';
    const { user } = await expectData(accounts.register(name, { email: `${name}@example.com`, password }));
    for (const login of [name, name.toUpperCase(), `${name}@EXAMPLE.com`])
      expect((await expectData(accounts.login(login, password))).user).toEqual(user);
    expect((await expectData(accounts.login(name, password.normalize('NFD')))).user).toEqual(user);
    expect(await expectErrorCode(accounts.login(name, password.toLowerCase()))).toBe('unauthenticated');
  });

  it('returns the same error after the same time for every wrong credential', async () => {
    const [known, inactiveUser, host] = [newName(), newName(), newName()];
    await expectData(accounts.register(known));
    const { user } = await expectData(accounts.register(inactiveUser));
    await rows(`UPDATE users SET is_active = false WHERE id = '${user.id}'`);
    await createUser(server, host);
    const attempts: Record<string, [string, string?]> = {
      'another password': [known, 'another password'],
      'unknown account': [newName()],
      deactivated: [inactiveUser],
      'deactivated, another password': [inactiveUser, 'another password'],
      'a user of the host product': [host],
      'a pattern': ['%'],
    };
    const times: Record<string, number[]> = {};
    for (let round = 0; round < 15; round++)
      for (const [title, attempt] of Object.entries(attempts)) {
        const startedAt = performance.now();
        const answer = await accounts.login(...attempt);
        (times[title] ??= []).push(performance.now() - startedAt);
        const error = { ...(answer as { error: object }).error, requestId: '' };
        expect(error).toMatchObject({ status: 401, code: 'unauthenticated', requestId: '' });
        expect(error).toEqual(expect.objectContaining({ detail: 'The username or the password is wrong.' }));
      }
    const medians = Object.values(times).map((some) => some.sort((one, other) => one - other)[7]!);
    expect(Math.min(...medians)).toBeGreaterThan(Math.max(...medians) / 3);
  });

  it('is rate-limited during a flood, which does not affect other requests', async () => {
    const name = newName();
    await expectData(accounts.register(name));
    const { token } = await createUser(server, 'bystander');
    const flood = Array.from({ length: 400 }, () => accounts.login(name, 'another password'));
    await expectData(restTransport(server.url, token).request(getSelf, {}));
    const errors = (await Promise.all(flood)).map((answer) => (answer.ok ? undefined : answer.error));
    const rateLimited = errors.filter((error) => error?.code === 'rate_limited');
    expect(rateLimited.length).toBeGreaterThan(0);
    expect(rateLimited[0]).toMatchObject({ status: 429, retryAfterMs: 1_000 });
    expect(errors.filter((error) => error?.code === 'unauthenticated').length).toBeGreaterThanOrEqual(65);
    expect(new Set(errors.map((error) => error?.code)).size).toBe(2);
    await expectData(accounts.login(name));
  });

  it('permits profile changes like those of any user', async () => {
    const { accessToken, user } = await expectData(accounts.register(newName()));
    const changed = await expectData(
      restTransport(server.url, accessToken).request(updateUser, { userId: 'me', displayName: 'New' }),
    );
    const profileChangedAt = expect.any(String) as string;
    expect(changed).toEqual({ ...user, displayName: 'New', accountVersion: 1, profileChangedAt });
  });

  it('has the hundred sign-ins used last', async () => {
    const name = newName();
    const { user } = await expectData(accounts.register(name));
    await rows(`UPDATE refresh_tokens SET rotated_at = now() - interval '1 h' WHERE user_id = '${user.id}'`);
    await rows(`INSERT INTO refresh_tokens (family_id, user_id, token_hash, expires_at)
      SELECT gen_random_uuid(), '${user.id}', sha256(''), now() + interval '1 day' FROM generate_series(1, 99)`);
    const { refreshToken } = await expectData(accounts.login(name));
    const signIns = `SELECT count(*)::int, min(rotated_at) > now() - interval '30 min' AS is_recent FROM refresh_tokens
      WHERE user_id = '${user.id}'`;
    expect(await rows(signIns)).toEqual([{ count: 100, is_recent: true }]);
    await expectData(accounts.refresh(refreshToken));
  });

  it('deletes expired sign-ins', async () => {
    const name = newName();
    const { user } = await expectData(accounts.register(name));
    await expectData(accounts.login(name));
    await rows(`UPDATE refresh_tokens SET expires_at = now() - interval '1 s' WHERE user_id = '${user.id}'`);
    const { refreshToken } = await expectData(accounts.login(name));
    expect(await rows(`SELECT FROM refresh_tokens WHERE user_id = '${user.id}'`)).toHaveLength(1);
    await rows(`UPDATE refresh_tokens SET expires_at = now() - interval '1 s' WHERE user_id = '${user.id}'`);
    expect(await expectErrorCode(accounts.refresh(refreshToken))).toBe('unauthenticated');
  });
});

describe('A server without local accounts', () => {
  it('has none of the routes, for any input', async () => {
    const plain = await startTestServer();
    const plainClient = localAccountClient(plain);
    const answers = [
      plainClient.register('anne'),
      plainClient.login('anne'),
      plainClient.refresh('x'),
      plainClient.transport.request(logout, { refreshToken: 'x' }),
      plainClient.transport.request(logout, { surplus: 1 }),
    ];
    for (const answer of answers) expect(await expectErrorCode(answer)).toBe('not_found');
    const { accessToken } = await expectData(accounts.register(newName()));
    expect(await expectErrorCode(restTransport(plain.url, accessToken).request(getSelf, {}))).toBe(
      'unauthenticated',
    );
    await plain.stop();
  });
});
