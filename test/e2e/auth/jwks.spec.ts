import request from 'supertest';
import { exportSPKI, SignJWT, UnsecuredJWT } from 'jose';
import { getAccount, expectTokenRejected } from '../../support/clients/provisioning.js';
import { Device } from '../../support/clients/transports.js';
import { createSigningKey, JwksServer, type SigningKey } from '../../support/servers/jwks-server.js';
import { sharedServer } from '../../support/servers/shared-server.js';
import type { TestServer } from '../../support/servers/test-server.js';
import { JWT_SECRET, signToken } from '../../support/clients/tokens.js';
import { waitUntil } from '../../support/environment/wait-until.js';

const UNAUTHENTICATED = { code: 'unauthenticated', status: 401 };
const UNAVAILABLE = { code: 'service_unavailable', status: 503, retryAfterMs: 2_000 };
const COOLDOWN_MS = 2_000;
const CACHE_MS = 600_000;
const HOUR_MS = 3_600_000;
/** Time for which known keys are used without an answer of the host product. */
const MAX_AGE_MS = 12 * HOUR_MS;

const host = new JwksServer();
const keys = {} as Record<'rsa' | 'ec' | 'ed' | 'ed25519', SigningKey>;
let server: TestServer;
/** Each test starts after the expiry of the keys cached in the previous test. */
const clock = { ahead: 0 };

beforeAll(async () => {
  await host.start();
  [keys.rsa, keys.ec, keys.ed, keys.ed25519] = await Promise.all([
    createSigningKey('RS256', 'rsa'),
    createSigningKey('ES256', 'ec'),
    createSigningKey('EdDSA', 'ed'),
    createSigningKey('Ed25519', 'ed25519'),
  ]);
});
afterAll(() => host.stop());

beforeEach(() => {
  clock.ahead += MAX_AGE_MS + HOUR_MS;
  const now = Date.now(); // frozen, so that no cool-down ends on a slow machine
  jest.spyOn(Date, 'now').mockImplementation(() => now + clock.ahead);
  host.publish(...Object.values(keys).map(({ jwk }) => jwk));
});
afterEach(() => jest.restoreAllMocks());

/** Server that verifies with the keys of the host product, and with a secret only when the settings have one. */
async function serve(settings: { authJwtSecret?: string } = {}): Promise<void> {
  server = await sharedServer({ authJwtSecret: '', authJwksUrl: host.url, ...settings });
}

describe('The public keys of the host product', () => {
  it('accept RS256, ES256, EdDSA and Ed25519 on both transports and are fetched once', async () => {
    await serve();
    host.requestCount = 0;
    await Promise.all(
      Object.entries(keys).map(async ([name, key]) => {
        const token = await key.sign(name);
        expect(await getAccount(server.url, token)).toMatchObject({ tmsUserId: name });
        (await Device.connect(server.url, token)).close();
      }),
    );
    expect(await getAccount(server.url, await keys.ec.sign('ec', { kid: undefined }))).toBeDefined();
    expect(host.requestCount).toBe(1);
  });

  it.each([
    ['alone', ''],
    ['beside a secret', JWT_SECRET],
  ])('%s are not accepted as secrets of HS256', async (_title, authJwtSecret) => {
    await serve({ authJwtSecret });
    const pem = await exportSPKI(keys.rsa.publicKey);
    for (const secret of [
      pem,
      pem.trim(),
      JSON.stringify(keys.rsa.jwk),
      keys.rsa.jwk.n!,
      JSON.stringify({ keys: [keys.rsa.jwk] }),
    ]) {
      const forged = await new SignJWT({ sub: 'x' })
        .setProtectedHeader({ alg: 'HS256', kid: 'rsa' })
        .setExpirationTime('1d')
        .sign(new TextEncoder().encode(secret));
      expect(await expectTokenRejected(server.url, forged)).toMatchObject(UNAUTHENTICATED);
    }
  });

  it('exclude shared secrets, also a published one, when no secret is configured', async () => {
    const k = Buffer.from(JWT_SECRET).toString('base64url');
    host.publish(keys.rsa.jwk, { kty: 'oct', alg: 'HS256', kid: 'oct', k });
    await serve();
    expect(await expectTokenRejected(server.url, await signToken({ sub: 'x' }))).toMatchObject(
      UNAUTHENTICATED,
    );
    const shared = await new SignJWT({ sub: 'x' })
      .setProtectedHeader({ alg: 'HS256', kid: 'oct' })
      .setExpirationTime('1d')
      .sign(new TextEncoder().encode(JWT_SECRET));
    expect(await expectTokenRejected(server.url, shared)).toMatchObject(UNAUTHENTICATED);
  });

  it('accept tokens signed by key or secret when both are configured', async () => {
    await serve({ authJwtSecret: JWT_SECRET });
    expect(await getAccount(server.url, await signToken({ sub: 'shared' }))).toBeDefined();
    expect(await getAccount(server.url, await keys.rsa.sign('public'))).toBeDefined();
  });

  it('are not fetched when only a secret is configured', async () => {
    server = await sharedServer();
    host.requestCount = 0;
    for (const key of Object.values(keys))
      expect(await expectTokenRejected(server.url, await key.sign('x'))).toMatchObject(UNAUTHENTICATED);
    expect(host.requestCount).toBe(0);
  });

  it('reject other algorithms, keys of other uses, unknown keys and tokens that contain their key', async () => {
    const [weakKey, pss, encryption, unknownKey] = await Promise.all([
      createSigningKey('RS512', 'weak'),
      createSigningKey('PS256', 'pss'),
      createSigningKey('RS256', 'encryption'),
      createSigningKey('RS256', 'rsa'),
    ]);
    const otherAlg = await createSigningKey('RS256', 'other-alg');
    host.publish(
      ...[keys.rsa.jwk, weakKey.jwk, pss.jwk],
      { ...encryption.jwk, use: 'enc' },
      { ...otherAlg.jwk, alg: 'RS512' },
    );
    await serve();
    const exp = Math.floor(Date.now() / 1000) + 60;
    for (const token of [
      await weakKey.sign('x'),
      await pss.sign('x'),
      await encryption.sign('x'),
      await otherAlg.sign('x'),
      await unknownKey.sign('x'),
      await unknownKey.sign('x', { jwk: unknownKey.jwk }),
      await unknownKey.sign('x', { jku: host.url, kid: 'unknown' }),
      new UnsecuredJWT({ sub: 'x', exp }).encode(),
    ])
      expect(await expectTokenRejected(server.url, token)).toMatchObject(UNAUTHENTICATED);
  });
});

describe('A key rotation', () => {
  it('accepts a new key after the cool-down, which limits the number of requests', async () => {
    await serve();
    await getAccount(server.url, await keys.rsa.sign('x'));
    const next = await createSigningKey('RS256', 'next');
    host.publish(keys.rsa.jwk, next.jwk);
    host.requestCount = 0;
    clock.ahead += COOLDOWN_MS + 1;
    expect(await getAccount(server.url, await next.sign('x'))).toMatchObject({ tmsUserId: 'x' });
    const unknown = await createSigningKey('RS256', 'unknown');
    for (let times = 0; times < 10; times++)
      expect(await expectTokenRejected(server.url, await unknown.sign('x'))).toMatchObject(UNAUTHENTICATED);
    expect(host.requestCount).toBe(1);
  });

  it('rejects a removed key after ten minutes at the latest', async () => {
    await serve();
    const token = await keys.rsa.sign('x');
    await getAccount(server.url, token);
    host.publish(keys.ec.jwk);
    clock.ahead += CACHE_MS + 1;
    expect(await expectTokenRejected(server.url, token)).toMatchObject(UNAUTHENTICATED);
    expect(await getAccount(server.url, await keys.ec.sign('x'))).toBeDefined();
  });
});

describe('A JWKS endpoint', () => {
  it('that is unreachable at first makes tokens unavailable until it answers', async () => {
    await host.stop();
    await serve();
    const token = await keys.rsa.sign('x');
    expect(await expectTokenRejected(server.url, token)).toMatchObject(UNAVAILABLE);
    expect(await expectTokenRejected(server.url, await signToken({ sub: 'x' }))).toMatchObject(
      UNAUTHENTICATED,
    );
    await host.start();
    expect(await getAccount(server.url, token)).toBeDefined();
  });

  it('that becomes unreachable leaves known keys valid for twelve hours', async () => {
    await serve();
    const token = await keys.rsa.sign('x');
    await getAccount(server.url, token);
    await host.stop();
    clock.ahead += CACHE_MS + 1;
    expect(await getAccount(server.url, token)).toBeDefined();
    clock.ahead += COOLDOWN_MS + 1;
    const unknown = await createSigningKey('RS256', 'unknown');
    expect(await expectTokenRejected(server.url, await unknown.sign('x'))).toMatchObject(UNAVAILABLE);
    clock.ahead += MAX_AGE_MS - CACHE_MS - HOUR_MS;
    expect(await getAccount(server.url, token)).toBeDefined();
    clock.ahead += HOUR_MS;
    expect(await expectTokenRejected(server.url, token)).toMatchObject(UNAVAILABLE);
    await host.start();
    expect(await getAccount(server.url, token)).toBeDefined();
  });

  it('that does not respond delays no token whose key is known', async () => {
    await serve();
    const token = await keys.rsa.sign('x');
    await getAccount(server.url, token);
    let timeouts = 0;
    host.requestCount = 0;
    host.handleWith((_request, response) => response.on('close', () => timeouts++));
    clock.ahead += CACHE_MS + 1;
    for (let times = 0; times < 3; times++) expect(await getAccount(server.url, token)).toBeDefined();
    expect({ requests: host.requestCount, timeouts }).toEqual({ requests: 1, timeouts: 0 });
    await waitUntil(() => timeouts === 1);
    host.publish(keys.ec.jwk);
    host.requestCount = 0;
    await waitUntil(() => host.requestCount > 0); // without a request of a user
    await waitUntil(
      async () =>
        (await request(server.url).get('/v1/users/me').auth(token, { type: 'bearer' })).status === 401,
    );
  });

  it('that does not finish its response delays an answer by its timeout only', async () => {
    await serve();
    host.handleWith((_request, response) => void response.writeHead(200).write('{"keys":'));
    const startedAt = performance.now();
    expect(await expectTokenRejected(server.url, await keys.rsa.sign('x'))).toMatchObject(UNAVAILABLE);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });

  it.each<[string, number, string]>([
    ['an error', 500, '{}'],
    ['not found', 404, ''],
    ['a redirect', 302, ''],
    ['HTML', 200, '<html>'],
    ['an empty body', 200, ''],
    ['null', 200, 'null'],
    ['a list', 200, '[]'],
    ['an object without keys', 200, '{}'],
    ['invalid keys', 200, '{"keys":[1]}'],
    ['an incomplete key', 200, '{"keys":[{"kty":"RSA","kid":"rsa"}]}'],
  ])('that answers with %s makes tokens unavailable, not invalid', async (_title, status, body) => {
    host.respondWith(status, body, { location: 'http://127.0.0.1:9/' });
    await serve();
    const token = await keys.rsa.sign('x');
    expect(await expectTokenRejected(server.url, token)).toMatchObject(UNAVAILABLE);
    host.publish(keys.rsa.jwk);
    clock.ahead += CACHE_MS + 1;
    expect(await getAccount(server.url, token)).toBeDefined();
  });
});
