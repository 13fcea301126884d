import { Client } from 'pg';
import { type JWTPayload, UnsecuredJWT } from 'jose';
import { ConfigError, loadConfig } from '../../../src/kernel/config/config.js';
import { refreshSession } from '../../../src/auth/auth.contract.js';
import { getAccount, provisionUser, expectTokenRejected } from '../../support/clients/provisioning.js';
import { expectData, Device } from '../../support/clients/transports.js';
import { startTestServer, type TestServer } from '../../support/servers/test-server.js';
import { JWT_SECRET, signToken } from '../../support/clients/tokens.js';

const now = (): number => Math.floor(Date.now() / 1000);
const anne = {
  sub: 'host-anne',
  name: 'Anne Ash',
  preferred_username: 'anne',
  email: 'anne@example.com',
  picture: 'https://example.com/anne.png',
};
const UNAUTHENTICATED = { code: 'unauthenticated', status: 401 };

/** Number of users with cleaned names. */
let cleanCount = 0;

describe('A token of the host product', () => {
  let server: TestServer;
  beforeAll(async () => (server = await startTestServer()));
  afterAll(() => server.stop());

  it('provisions its user with the profile of its claims at its first use', async () => {
    const me = await provisionUser(server.url, { ...anne, sub: 'first', role: 'admin' });
    expect(me).toMatchObject({
      tmsUserId: 'first',
      displayName: 'Anne Ash',
      username: 'anne',
      email: 'anne@example.com',
      avatarUrl: 'https://example.com/anne.png',
      role: 'admin',
      isActive: true,
    });
    expect(await provisionUser(server.url, { sub: 'bare' })).toMatchObject({
      displayName: null,
      username: null,
      email: null,
      avatarUrl: null,
      role: 'user',
    });
  });

  it('provisions one user for 32 concurrent first tokens', async () => {
    const tokens = await Promise.all(Array.from({ length: 32 }, () => signToken({ ...anne, sub: 'crowd' })));
    const users = await Promise.all(tokens.map((token) => getAccount(server.url, token)));
    expect(new Set(users.map(({ id }) => id)).size).toBe(1);
  });

  it('updates the profile when it is newer and sends it to the devices of the user', async () => {
    const older = await signToken({ ...anne, sub: 'newer', iat: now() - 60 });
    const devices = [await Device.connect(server.url, older), await Device.connect(server.url, older)];
    const { id } = await provisionUser(server.url, { sub: 'newer', name: 'Anne Bell', role: 'admin' });
    for (const device of devices) {
      const [received] = await device.waitForEvents(1, 'account.updated');
      expect(received).toMatchObject({ id, displayName: 'Anne Bell', username: 'anne', role: 'admin' });
      device.close();
    }
    expect(await getAccount(server.url, older)).toMatchObject({
      displayName: 'Anne Bell',
      username: 'anne',
      email: 'anne@example.com',
      avatarUrl: 'https://example.com/anne.png',
    });
  });

  it('changes nothing when it is older, equally old, without iat, or has the same profile', async () => {
    const iat = now() - 60;
    const token = await signToken({ ...anne, sub: 'same', iat });
    const device = await Device.connect(server.url, token);
    const before = await getAccount(server.url, token);
    const others: JWTPayload[] = [{ iat: iat - 1 }, { iat }, { iat: undefined }];
    for (const other of others)
      expect(await provisionUser(server.url, { sub: 'same', name: 'Other', ...other })).toEqual(before);
    expect(await provisionUser(server.url, { ...anne, sub: 'same', iat: iat + 1 })).toEqual(before);
    await device.settleEvents();
    expect(device.events).toEqual([]);
    device.close();
  });

  it('grants the role admin only while the newest token has it', async () => {
    await provisionUser(server.url, { sub: 'boss', role: 'admin', iat: now() - 60 });
    expect(await provisionUser(server.url, { sub: 'boss', role: 'admin', iat: now() - 70 })).toMatchObject({
      role: 'admin',
    });
    expect(await provisionUser(server.url, { sub: 'boss', iat: now() - 50 })).toMatchObject({ role: 'user' });
    expect(await provisionUser(server.url, { sub: 'boss', role: 'admin', iat: now() - 55 })).toMatchObject({
      role: 'user',
    });
    for (const role of ['bot', 'Admin', ['admin'], true, { admin: 1 }])
      expect(await provisionUser(server.url, { sub: `not-${JSON.stringify(role)}`, role })).toMatchObject({
        role: 'user',
      });
  });

  it.each<[string, JWTPayload]>([
    ['NUL', { name: '\0', preferred_username: ' \0', email: '\0', picture: 'https://example.com/\0' }],
    ['a lone surrogate', { name: '\ud800', preferred_username: '\udc00', email: '\ud800@example.com' }],
    ['too long values', { email: 'e'.repeat(321) }],
    ['the wrong type', { name: 7, preferred_username: ['x'], email: { a: 1 }, picture: true }],
    ['no visible character', { name: ' ', preferred_username: '\u200b', email: '\t', picture: '' }],
    ['a picture with a script URL', { picture: 'javascript:alert(1)' }],
    ['a picture with a data URL', { picture: 'data:image/png;base64,AAAA' }],
  ])('is valid with %s in its profile claims, which count as absent', async (title, claims) => {
    const sub = `odd ${title}`;
    expect(await provisionUser(server.url, { ...claims, sub, iat: now() - 60 })).toMatchObject({
      displayName: null,
      username: null,
      email: null,
      avatarUrl: null,
    });
    const known = await provisionUser(server.url, { ...anne, sub, iat: now() - 50 });
    expect(await provisionUser(server.url, { ...claims, sub, iat: now() - 40 })).toMatchObject({
      avatarUrl: known.avatarUrl,
    });
  });

  it.each([
    ['An\0ne\nAsh', 'Anne Ash'],
    ['\u001b[31mAnne', '[31mAnne'],
    ['\u202eAnne\u2066', 'Anne'],
    ['  Anne\u2028\t Ash ', 'Anne Ash'],
    ['An\ud800ne', 'Anne'],
    ['a'.repeat(1_000), 'a'.repeat(100)],
    [`${'a'.repeat(98)}👩‍👩‍👧x`, 'a'.repeat(98)],
  ])('has clean names from the claim %#', async (name, expected) => {
    const claims = { sub: `clean ${cleanCount++}`, name, preferred_username: name };
    expect(await provisionUser(server.url, claims)).toMatchObject({
      displayName: expected,
      username: expected,
    });
  });

  it.each([1e12, 1e15, 1e300, -1e300, 0.5, Date.now()])('can have the iat %d', async (iat) => {
    const sub = `issued ${iat}`;
    expect(await provisionUser(server.url, { ...anne, sub, iat })).toMatchObject({ displayName: 'Anne Ash' });
    expect(await provisionUser(server.url, { sub, name: 'Anne Bell' })).toMatchObject({
      displayName: 'Anne Bell',
    });
  });

  it('can expire at the end of the year 9999', async () => {
    const token = await signToken({ sub: 'for-long', exp: Date.UTC(9999, 11, 31, 23, 59, 59) / 1_000 });
    const device = await Device.connect(server.url, token);
    const { expiresAt } = await expectData(device.request(refreshSession, { token }));
    expect(expiresAt).toBe('9999-12-31T23:59:59.000Z');
    device.close();
  });
});

describe('A token is rejected with the same error on both transports', () => {
  let server: TestServer;
  beforeAll(async () => (server = await startTestServer()));
  afterAll(() => server.stop());

  it.each<[string, JWTPayload]>([
    ['exp', { sub: 'x', exp: undefined }],
    ['an exp in milliseconds', { sub: 'x', exp: 1e12 }],
    ['an exp far ahead', { sub: 'x', exp: 1e300 }],
    ['an exp that is a number', { sub: 'x', exp: '9999999999' as unknown as number }],
    ['an iat that is a number', { sub: 'x', iat: 'now' as unknown as number }],
    ['sub', {}],
    ['a sub that is not empty', { sub: '' }],
    ['a visible character in the sub', { sub: ' ' }],
    ['a sub of 255 characters at most', { sub: 's'.repeat(256) }],
    ['a sub without NUL', { sub: 'a\0b' }],
    ['a sub without a lone surrogate', { sub: 'a\ud800b' }],
    ['a sub that names no local account', { sub: 'local:x' }],
    ['a sub that is a string', { sub: 7 as unknown as string }],
    ['a sub that is one string', { sub: ['x'] as unknown as string }],
    ['an nbf in the past', { sub: 'x', nbf: now() + 60 }],
  ])('without %s', async (_title, claims) => {
    expect(await expectTokenRejected(server.url, await signToken(claims))).toMatchObject(UNAUTHENTICATED);
  });

  it('after its exp, with its own error code', async () => {
    for (const exp of [now() - 1, now() - 3600, 0, -1e300])
      expect(await expectTokenRejected(server.url, await signToken({ sub: 'x', exp }))).toMatchObject({
        code: 'token_expired',
        status: 401,
      });
  });

  it('with a foreign, changed, truncated or missing signature', async () => {
    const token = await signToken({ sub: 'x' });
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const [, richer] = (await signToken({ sub: 'x', role: 'admin' })).split('.') as [string, string];
    const exp = now() + 60;
    const unsecured = new UnsecuredJWT({ sub: 'x', exp }).encode();
    const none = Buffer.from(JSON.stringify({ alg: 'NONE' })).toString('base64url');
    for (const forged of [
      await signToken({ sub: 'x' }, `${JWT_SECRET}!`),
      [header, richer, signature].join('.'),
      [header, payload, signature.slice(0, -2)].join('.'),
      [header, payload, ''].join('.'),
      [header, payload].join('.'),
      unsecured,
      [none, payload, signature].join('.'),
      [none, payload, ''].join('.'),
    ])
      expect(await expectTokenRejected(server.url, forged)).toMatchObject(UNAUTHENTICATED);
  });

  it('when it is no JWT', async () => {
    for (const token of ['', 'x', '..', 'a.b.c', 'null', '{}', 'bnVsbA.bnVsbA.bnVsbA', 'é', 'a b'])
      expect(await expectTokenRejected(server.url, token)).toMatchObject(UNAUTHENTICATED);
  });

  it('when it is longer than 16 kB, also with a valid signature', async () => {
    const token = await signToken({ sub: 'x', filler: 'f'.repeat(15_000) });
    const rejection = await Device.connect(server.url, token).catch((error: unknown) => error);
    expect(rejection).toMatchObject({ data: UNAUTHENTICATED });
    // Over HTTP, Node rejects headers of this size before the application.
    const answer = await fetch(`${server.url}/v1/users/me`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(431);
  });

  it('when the token of a handshake is absent or not a string', async () => {
    for (const token of [undefined, null, 7, true, {}, [await signToken({ sub: 'x' })]])
      expect(
        await Device.connect(server.url, token as string).catch((error: unknown) => error),
      ).toMatchObject({ data: UNAUTHENTICATED });
  });

  it('and provisions no user', async () => {
    const client = new Client({ connectionString: server.database.ownerUrl });
    await client.connect();
    const { rows } = await client.query('SELECT tms_user_id FROM users');
    await client.end();
    expect(rows).toEqual([]);
  });
});

describe('A server with configured issuer and audience', () => {
  let server: TestServer;
  beforeAll(async () => (server = await startTestServer({ authIssuer: 'the-host', authAudience: 'chat' })));
  afterAll(() => server.stop());

  it('accepts tokens with both, also in a list of audiences', async () => {
    for (const aud of ['chat', ['chat'], ['else', 'chat']])
      expect(await provisionUser(server.url, { sub: 'x', iss: 'the-host', aud })).toMatchObject({
        tmsUserId: 'x',
      });
  });

  it.each<JWTPayload>([
    { iss: 'the-host' },
    { aud: 'chat' },
    { iss: 'another-host', aud: 'chat' },
    { iss: 'the-host', aud: 'else' },
    { iss: 'the-host', aud: ['else', 'chatter'] },
    { iss: 'the-host', aud: [] },
    { iss: ['the-host'] as unknown as string, aud: 'chat' },
    { iss: 'the-host', aud: { chat: true } as unknown as string },
  ])('rejects %j', async (claims) => {
    expect(await expectTokenRejected(server.url, await signToken({ sub: 'x', ...claims }))).toMatchObject(
      UNAUTHENTICATED,
    );
  });
});

describe('The configuration', () => {
  it('rejects a secret of less than 32 bytes without printing it', () => {
    const short = 'S'.repeat(31);
    const load = (): unknown => loadConfig({ AUTH_JWT_SECRET: short });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow('AUTH_JWT_SECRET must be at least 32 bytes long.');
    expect(load).not.toThrow(short);
    expect(loadConfig({ AUTH_JWT_SECRET: 'ß'.repeat(16) }).authJwtSecret).toBe('ß'.repeat(16));
  });
});
