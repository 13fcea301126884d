import request, { type Response } from 'supertest';
import { BULK_LIMITS } from '../../../src/kernel/validation/json-limits.js';
import type { AccountDto } from '../../../src/modules/users/dto/account.dto.js';
import { getSelf, updateUser, upsertUsers } from '../../../src/modules/users/users.contract.js';
import { localAccountClient } from '../../support/clients/local-accounts.js';
import { provisionUser } from '../../support/clients/provisioning.js';
import {
  expectData,
  Device,
  expectErrorCode,
  restTransport,
  type Transport,
} from '../../support/clients/transports.js';
import { query } from '../../support/servers/embedded-postgres-fixture.js';
import { createUser, startTestServer, type TestServer } from '../../support/servers/test-server.js';
import { waitUntil } from '../../support/environment/wait-until.js';

let server: TestServer;
let admin: Transport;
let adminToken: string;
let names = 0;
const newSub = (): string => `bulk-${++names}`;

beforeAll(async () => {
  server = await startTestServer({ localAccounts: true });
  ({ token: adminToken } = await createUser(server, 'admin', { role: 'admin' }));
  admin = restTransport(server.url, adminToken);
});
afterAll(() => server.stop());

async function upsert(...items: object[]): Promise<AccountDto[]> {
  return (await expectData(admin.request(upsertUsers, { items }))).items;
}

function put(body: object | string, token = adminToken): Promise<Response> {
  const pending = request(server.url).put('/v1/users').auth(token, { type: 'bearer' });
  return pending.type('json').send(body);
}

const ANNE = {
  username: 'anne',
  email: 'anne@example.com',
  displayName: 'Anne Ash',
  avatarUrl: 'https://example.com/anne.png',
};

describe('A bulk upsert by a host admin', () => {
  it('creates unknown users and updates existing ones, and answers in the order of the request', async () => {
    const [known, unknown] = [newSub(), newSub()];
    const before = await provisionUser(server.url, { sub: known, name: 'Before', email: 'b@example.com' });
    const [first, second] = await upsert(
      { tmsUserId: unknown, ...ANNE, role: 'bot' },
      { tmsUserId: known, displayName: 'After' },
    );
    expect(first).toMatchObject({
      tmsUserId: unknown,
      ...ANNE,
      role: 'bot',
      isActive: true,
      accountVersion: 0,
    });
    expect(second).toEqual({
      ...before,
      displayName: 'After',
      profileChangedAt: expect.any(String) as string,
      accountVersion: 1,
    });
  });

  it('leaves omitted fields unchanged, clears null fields, and publishes one event per change', async () => {
    const sub = newSub();
    const { id, token } = await createUser(server, sub, { sub, ...ANNE, role: 'user' });
    const device = await Device.connect(server.url, token);
    const [before] = await upsert({ tmsUserId: sub, ...ANNE });
    const [less] = await upsert({ tmsUserId: sub, email: null, avatarUrl: null });
    expect(less).toEqual({
      ...before,
      email: null,
      avatarUrl: null,
      profileChangedAt: expect.any(String) as string,
      accountVersion: before!.accountVersion + 1,
    });
    expect(await upsert({ tmsUserId: sub, email: null, role: 'user', isActive: true })).toEqual([less]);
    expect(await expectData(restTransport(server.url, token).request(getSelf, {}))).toEqual(less);
    await expectData(admin.request(updateUser, { userId: id, displayName: 'Last' }));
    const events = await device.waitForEvents(3, 'account.updated');
    expect(events.map(({ accountVersion }) => accountVersion)).toEqual([1, 2, 3]);
    expect(events.slice(0, 2)).toEqual([before, less]);
    device.close();
  });

  it('makes the profile newer than tokens issued before, and older than tokens issued later', async () => {
    const [sub, synced] = [newSub(), newSub()];
    const now = Math.floor(Date.now() / 1000);
    await upsert({ tmsUserId: sub, displayName: 'By hand' }, { tmsUserId: synced, isActive: true });
    for (const iat of [now - 60, undefined])
      expect(await provisionUser(server.url, { sub, name: 'Old', iat })).toMatchObject({
        displayName: 'By hand',
        accountVersion: 0,
      });
    expect(await provisionUser(server.url, { sub, name: 'New', iat: now + 60 })).toMatchObject({
      displayName: 'New',
      accountVersion: 1,
    });
    expect(await provisionUser(server.url, { sub: synced, name: 'Told', iat: now - 60 })).toMatchObject({
      displayName: 'Told',
    });
    const rows = await query(
      server.database.ownerUrl,
      `SELECT FROM users WHERE tms_user_id IN ('${sub}', '${synced}') AND last_synced_at > now() - interval '1 min'`,
    );
    expect(rows).toHaveLength(2);
  });

  it('disconnects the deactivated users', async () => {
    const subs = [newSub(), newSub(), newSub()];
    const users = await Promise.all(subs.map((sub) => createUser(server, sub, { sub })));
    const devices = await Promise.all(users.map(({ token }) => Device.connect(server.url, token)));
    await upsert(...subs.slice(0, 2).map((tmsUserId) => ({ tmsUserId, isActive: false })));
    const [one, other, remaining] = devices;
    await waitUntil(() => one!.socket.disconnected && other!.socket.disconnected);
    expect(one!.events.at(-1)).toEqual({ name: 'session.ended', payload: { code: 'unauthenticated' } });
    expect(await expectErrorCode(restTransport(server.url, users[0]!.token).request(getSelf, {}))).toBe(
      'unauthenticated',
    );
    expect(remaining!.socket.connected).toBe(true);
    await upsert({ tmsUserId: subs[0]!, isActive: true });
    (await Device.connect(server.url, users[0]!.token)).close();
    remaining!.close();
  });

  it('disconnects a user that loses the role admin', async () => {
    const sub = newSub();
    const { token } = await createUser(server, sub, { sub, role: 'admin' });
    const device = await Device.connect(server.url, token);
    await upsert({ tmsUserId: sub, role: 'user' });
    await waitUntil(() => device.socket.disconnected);
    expect(
      await expectErrorCode(
        restTransport(server.url, token).request(upsertUsers, { items: [{ tmsUserId: sub }] }),
      ),
    ).toBe('forbidden');
  });

  it('cleans names like the claims of a token', async () => {
    const dirty = ['  Anne\tAsh\n', 'a\u202eb', '\u0000\u0001', '   ', 'x'.repeat(101), 'a\ud800'];
    const clean = ['Anne Ash', 'ab', null, null, 'x'.repeat(100), 'a'];
    const tokens = await Promise.all(
      dirty.map((name) => provisionUser(server.url, { sub: newSub(), name, preferred_username: name })),
    );
    const accounts = await upsert(
      ...dirty.map((name) => ({ tmsUserId: newSub(), displayName: name, username: name })),
    );
    for (const users of [tokens, accounts])
      expect(users.map(({ displayName, username }) => [displayName, username])).toEqual(
        clean.map((name) => [name, name]),
      );
  });

  it('stores every text unchanged', async () => {
    const texts = [`'; DROP TABLE users; --`, '"\\', '%_$1', '{"a":1}', 'a\uffff', '😀'.repeat(100)];
    const accounts = await upsert(
      ...texts.map((text) => ({ tmsUserId: `${newSub()} ${text}`, username: text })),
    );
    expect(accounts.map(({ username }) => username)).toEqual(texts);
    expect(accounts.map(({ tmsUserId }) => tmsUserId.replace(/^\S+ /, ''))).toEqual(texts);
  });
});

describe('A bulk upsert request', () => {
  const userInputs = (count: number, more: object = {}): object[] =>
    Array.from({ length: count }, (_, index) => ({ tmsUserId: `crowd-${index}`, ...more }));

  it('of 1,000 users succeeds, also when repeated, and answers in the order of the request', async () => {
    const items = userInputs(1_000, { ...ANNE, role: 'user', isActive: true });
    const created = await upsert(...items);
    expect(created.map(({ tmsUserId }) => ({ tmsUserId }))).toEqual(userInputs(1_000));
    expect(await upsert(...items)).toEqual(created);
    const changed = await upsert(...items.map((one) => ({ ...one, displayName: 'Crowd' })).reverse());
    expect(changed.reverse()).toEqual(
      created.map((one) => ({
        ...one,
        displayName: 'Crowd',
        profileChangedAt: expect.any(String) as string,
        accountVersion: 1,
      })),
    );
  });

  it('of 1,001 users, of none, of more than 2 MB or of too many values is rejected', async () => {
    expect((await put({ items: userInputs(1_001) })).status).toBe(400);
    expect((await put({ items: [] })).status).toBe(400);
    expect((await put({ items: userInputs(1_000), more: Array(BULK_LIMITS.maxValues).fill(1) })).status).toBe(
      413,
    );
    const large = JSON.stringify({ items: userInputs(1) }).padEnd(BULK_LIMITS.maxBytes, ' ');
    expect((await put(large)).status).toBe(200);
    expect((await put(`${large} `)).status).toBe(413);
    expect((await put(large, 'invalid')).status).toBe(401);
  });

  it('has a larger size limit than every other route', async () => {
    const body = JSON.stringify({ displayName: 'a' }).padEnd(300_000, ' ');
    const send = async (method: 'patch' | 'put' | 'post', path: string): Promise<number> => {
      const pending = request(server.url)[method](path).auth(adminToken, { type: 'bearer' });
      return (await pending.type('json').send(body)).status;
    };
    expect(await send('put', '/v1/users')).toBe(400);
    expect(await send('patch', '/v1/users/me')).toBe(413);
    expect(await send('post', '/v1/messages')).toBe(413);
  });

  it('with a duplicate user or a local account changes no user', async () => {
    const { user } = await expectData(localAccountClient(server).register('local'));
    const sub = newSub();
    const invalid = [
      [[{ tmsUserId: sub }, { tmsUserId: 'x' }, { tmsUserId: sub, isActive: false }], 2, 'duplicates'],
      [[{ tmsUserId: sub }, { tmsUserId: user.tmsUserId, displayName: 'x' }], 1, 'local_account'],
      [[{ tmsUserId: sub }, { tmsUserId: 'local:' }], 1, 'local_account'],
    ] as const;
    for (const [items, index, code] of invalid)
      expect(await admin.request(upsertUsers, { items })).toMatchObject({
        ok: false,
        error: { status: 400, errors: [{ field: `items.${index}.tmsUserId`, code }] },
      });
    expect(await query(server.database.ownerUrl, `SELECT FROM users WHERE tms_user_id = '${sub}'`)).toEqual(
      [],
    );
  });

  it('reports each invalid field by its path', async () => {
    const answer = await put({
      items: [{ tmsUserId: 'x' }, { tmsUserId: 'y', email: 7 }, { surplus: 1, tmsUserId: '' }],
    });
    expect(answer.body).toMatchObject({
      code: 'validation_failed',
      errors: [
        { field: 'items.1.email', code: 'type' },
        { field: 'items.2.surplus', code: 'unknown_field' },
        { field: 'items.2.tmsUserId', code: 'blank' },
      ],
    });
  });

  it('of a user that is not a host admin is rejected', async () => {
    const { token } = await createUser(server, newSub());
    const items = [{ tmsUserId: newSub() }];
    expect(await expectErrorCode(restTransport(server.url, token).request(upsertUsers, { items }))).toBe(
      'forbidden',
    );
  });

  it('never deadlocks with concurrent requests for the same users', async () => {
    for (let round = 0; round < 5; round++) {
      const items = Array.from({ length: 200 }, (_, index) => ({ tmsUserId: `race-${round}-${index}` }));
      const known = items.filter((_, index) => index % 2);
      await upsert(...known);
      const calls = Array.from({ length: 8 }, (_, call) =>
        (call % 2 ? [...items] : [...items].reverse()).map((one, index) => ({
          ...one,
          displayName: `Call ${call}`,
          isActive: (index + call) % 3 > 0,
        })),
      );
      const changes = (await upsert(...known)).map(({ id }) =>
        admin.request(updateUser, { userId: id, displayName: 'Patched' }),
      );
      const answers = await Promise.all([
        ...calls.map((call) => admin.request(upsertUsers, { items: call })),
        ...changes,
      ]);
      expect(answers.filter(({ ok }) => !ok)).toEqual([]);
      const [{ count }] = (await query(
        server.database.ownerUrl,
        `SELECT count(*)::int FROM users WHERE tms_user_id LIKE 'race-${round}-%'`,
      )) as [{ count: number }];
      expect(count).toBe(200);
    }
  });
});
