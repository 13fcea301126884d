import request, { type Response } from 'supertest';
import type { OpenAPIObject } from '@nestjs/swagger';
import { openApiDocument } from '../../../src/api-docs/openapi.js';
import type { UserPageDto } from '../../../src/modules/users/dto/user.dto.js';
import { getSelf, getUser, listUsers, updateUser } from '../../../src/modules/users/users.contract.js';
import { UNKNOWN_ID } from '../../support/clients/unknown-id.js';
import { apply } from '@tms/client/state/apply';
import { EMPTY_STATE } from '@tms/client/state/state';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { syncState } from '../../support/events/sync-client.js';
import { sync } from '../../../src/modules/sync/sync.contract.js';
import { bothTransports, type ScenarioContext } from '../../support/clients/both-transports.js';
import {
  expectData,
  expectErrorCode,
  restTransport,
  type Transport,
} from '../../support/clients/transports.js';
import { query } from '../../support/servers/embedded-postgres-fixture.js';
import {
  createUser,
  startTestServer,
  type TestUser,
  type TestServer,
} from '../../support/servers/test-server.js';

/** Usernames and display names. */
const NAMES: [string, string][] = [
  ['istanbul', 'İstanbul'],
  ['ingrid', 'Ingrid Berg'],
  ['Ina.Weber', 'Weber, Ina'],
  ['percent', '100% Sure'],
  ['hundred', '1000 Things'],
  ['under_score', 'Lower'],
  ['underXscore', 'Upper'],
  ['back\\slash', 'Slash'],
  ['zoe', 'Zoë'],
  ['zorro', 'Åsa'],
];

let server: TestServer;
let me: TestUser;
let transport: Transport;
const ids: string[] = [];

beforeAll(async () => {
  server = await startTestServer();
  me = await createUser(server, 'me', { name: 'Myself', email: 'me@example.com' });
  transport = restTransport(server.url, me.token);
  for (const [username, name] of NAMES)
    ids.push((await createUser(server, username, { sub: `host-${ids.length}`, name })).id);
});
afterAll(() => server.stop());

async function found(q: string, limit?: number): Promise<(string | null)[]> {
  const page = await expectData(transport.request(listUsers, { q, ...(limit && { limit }) }));
  expect(page.nextCursor).toBeNull();
  return page.items.map(({ displayName }) => displayName);
}

function getUsers(rawQuery: string): Promise<Response> {
  return request(server.url)
    .get(`/v1/users?${rawQuery}`)
    .auth(me.token, { type: 'bearer' })
    .then((answer) => answer);
}

async function allPages(input: object): Promise<string[]> {
  const all: string[] = [];
  for (let cursor: string | undefined, isLast = false; !isLast;) {
    const page: UserPageDto = await expectData(
      transport.request(listUsers, { limit: 3, ...input, ...(cursor && { cursor }) }),
    );
    expect(page.items.length).toBeLessThanOrEqual(3);
    all.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
    isLast = page.nextCursor === null;
  }
  return all;
}

describe('A list of users by name', () => {
  it.each<[string, string[]]>([
    ['İst', ['İstanbul']],
    ['İSTANBUL', ['İstanbul']],
    ['ISTAN', ['İstanbul']],
    ['in', ['Ingrid Berg', 'Weber, Ina']],
    ['INA.', ['Weber, Ina']],
    ['weBER', ['Weber, Ina']],
    ['ZOË', ['Zoë']],
    ['zo', ['Zoë', 'Åsa']],
    ['åS', ['Åsa']],
    ['100', ['100% Sure', '1000 Things']],
    ['100%', ['100% Sure']],
    ['under_', ['Lower', 'Upper']],
    ['under', ['Lower', 'Upper']],
    ['back\\', ['Slash']],
    ['%', ['100% Sure']],
    ['zoe', ['Zoë']],
    ['berg', ['Ingrid Berg']],
    ['BE ing', ['Ingrid Berg']],
    ['erg', []],
    ['…', []],
    ['_', []],
    ['\\', []],
    ['tanbul', []],
  ])('for %s matches beginnings of words, folded, without wildcards', async (q, names) => {
    expect((await found(q)).sort()).toEqual([...names].sort());
  });

  it('is sorted by name and limited to the page size', async () => {
    expect(await found('in')).toEqual(['Ingrid Berg', 'Weber, Ina']);
    expect(await found('under')).toEqual(['Lower', 'Upper']);
    expect(await found('under', 1)).toHaveLength(1);
    expect(await found('z', 1)).toHaveLength(1);
    expect(await found('100', 1)).toEqual(['100% Sure']); // the word before longer ones
  });

  it('contains no deactivated users', async () => {
    const gone = await createUser(server, 'gone', { name: 'Gone Away' });
    expect(await found('gone')).toEqual(['Gone Away']);
    const host = await createUser(server, 'admin', { role: 'admin' });
    ids.push(gone.id, host.id);
    const admin = restTransport(server.url, host.token);
    await expectData(admin.request(updateUser, { userId: gone.id, isActive: false }));
    for (const prefix of ['gone', 'Gone Aw']) expect(await found(prefix)).toEqual([]);
    expect(await expectData(transport.request(getUser, { userId: gone.id }))).toMatchObject({
      displayName: 'Gone Away',
    });
  });

  it('contains only the public fields of each user', async () => {
    const { items } = await expectData(transport.request(listUsers, { q: 'Myself' }));
    expect(items).toEqual([
      { id: me.id, username: 'me', displayName: 'Myself', avatarUrl: null, profileChangedAt: null },
    ]);
    expect(await expectData(transport.request(getUser, { userId: me.id }))).toEqual(items[0]);
  });

  it('accepts no ids or cursor beside the words', async () => {
    const { nextCursor } = await expectData(transport.request(listUsers, { limit: 1 }));
    for (const other of [{ ids: ids[0] }, { cursor: nextCursor }, { ids: ids[0], cursor: nextCursor }]) {
      const answer = await transport.request(listUsers, { q: 'in', ...other });
      expect(answer).toMatchObject({
        ok: false,
        error: { code: 'validation_failed', errors: [{ field: 'q', code: 'mutually_exclusive' }] },
      });
    }
  });
});

describe('Pages of users', () => {
  it('contain every user once', async () => {
    const all = await allPages({});
    expect([...all].sort()).toEqual([me.id, ...ids].sort());
  });

  it('contain each requested user once and no other user', async () => {
    const requested = ids.filter((_id, index) => index !== 2);
    const all = await allPages({ ids: [...requested, UNKNOWN_ID].join(',') });
    expect([...all].sort()).toEqual([...requested].sort());
  });
});

describe('The ids parameter', () => {
  it('is comma-separated, as the OpenAPI document describes', async () => {
    const document: OpenAPIObject = openApiDocument(server.app);
    const parameter = document.paths['/v1/users']!.get!.parameters!.find(
      (each) => 'name' in each && each.name === 'ids',
    );
    expect(parameter).toMatchObject({ in: 'query', style: 'form', explode: false });
    for (const separator of [',', '%2C']) {
      const answer = await getUsers(`ids=${ids.slice(0, 3).join(separator)}`);
      expect(answer.status).toBe(200);
      expect((answer.body as UserPageDto).items.map(({ id }) => id).sort()).toEqual(ids.slice(0, 3).sort());
    }
    for (const same of [ids[0]!.toUpperCase(), `${ids[0]},${ids[0]!.toUpperCase()}`]) {
      const one = await getUsers(`ids=${same}`);
      expect((one.body as UserPageDto).items.map(({ id }) => id)).toEqual([ids[0]]);
    }
    expect((await getUsers(`ids=${Array(101).fill(ids[0]).join()}`)).status).toBe(400);
  });

  it('is rejected when it is not a list of ids', async () => {
    for (const invalid of ['', ',', 'x', `${ids[0]},`])
      expect((await getUsers(`ids=${invalid}`)).status).toBe(400);
  });
});

describe('The account of the current user', () => {
  it('contains private fields and settings', async () => {
    const settings = { readReceipts: false };
    await query(
      server.database.ownerUrl,
      `UPDATE users SET settings = '${JSON.stringify({ theme: 'dark', ...settings })}' WHERE id = '${me.id}'`,
    );
    expect(await expectData(transport.request(getSelf, {}))).toMatchObject({
      id: me.id,
      tmsUserId: 'host-me',
      email: 'me@example.com',
      role: 'user',
      isActive: true,
      settings,
    });
  });
});

describe('A user', () => {
  bothTransports('updates its own profile only', async ({ alice, bob }: ScenarioContext) => {
    const change = { displayName: 'Alice the First', avatarUrl: 'https://example.com/a.png' };
    const changed = await expectData(alice.transport.request(updateUser, { userId: 'me', ...change }));
    expect(changed).toMatchObject({ id: alice.id, username: 'alice', ...change });
    expect(await alice.device.waitForEvents(1, 'account.updated')).toEqual([changed]);
    expect(await expectData(alice.rest.request(getSelf, {}))).toEqual(changed);

    const plain = await expectData(
      alice.transport.request(updateUser, { userId: alice.id, avatarUrl: null }),
    );
    expect(plain).toEqual({
      ...changed,
      avatarUrl: null,
      profileChangedAt: expect.any(String) as string,
      accountVersion: changed.accountVersion + 1,
    });
    expect(Date.parse(plain.profileChangedAt!)).toBeGreaterThan(Date.parse(changed.profileChangedAt!));
    expect(await expectData(bob.rest.request(getUser, { userId: alice.id }))).toMatchObject({
      displayName: 'Alice the First',
      avatarUrl: null,
    });
    expect(await alice.device.waitForEvents(2, 'account.updated')).toEqual([changed, plain]);
    for (const same of [{}, { avatarUrl: null }, { displayName: plain.displayName, avatarUrl: null }])
      expect(await expectData(alice.transport.request(updateUser, { userId: 'me', ...same }))).toEqual(plain);
    expect(await alice.device.waitForEvents(2, 'account.updated')).toHaveLength(2);
    expect(await expectErrorCode(bob.transport.request(updateUser, { userId: alice.id, ...change }))).toBe(
      'forbidden',
    );
    expect(bob.device.events).toEqual([]);
  });

  bothTransports('reaches its contacts with a new name or picture, live and by sync', async (context) => {
    const { alice, bob, carol, dm } = context;
    await dm();
    const first = await expectData(bob.transport.request(sync, {}));
    const changes = { displayName: 'Alicia', avatarUrl: 'https://example.com/a.png' };
    await expectData(alice.transport.request(updateUser, { userId: 'me', ...changes }));
    const profile = {
      id: alice.id,
      username: 'alice',
      ...changes,
      profileChangedAt: expect.any(String) as string,
    };
    const [updated] = await bob.device.waitForEvents(1, 'user.updated');
    expect(updated).toEqual(profile);
    const requested = Object.fromEntries(
      first.conversations.map(({ conversation: { id }, version }) => [id, version]),
    );
    const { accountVersion, usersAsOf } = first;
    for (const [input, users] of [
      [{}, {}],
      [{ usersAsOf: usersAsOf! }, { [alice.id]: updated }],
    ] as const) {
      const again = await expectData(
        bob.transport.request(sync, { accountVersion, conversations: requested, ...input }),
      );
      expect([again.conversations, again.users]).toEqual([[], users]);
    }
    const later = {
      accountVersion,
      conversations: requested,
      usersAsOf: new Date(Date.now() + 3_600_000).toISOString(),
    };
    expect((await expectData(bob.transport.request(sync, later))).users).toEqual({});

    await expectData(
      alice.transport.request(updateUser, { userId: 'me', ...changes, settings: { readReceipts: false } }),
    );
    await Promise.all([bob.device.settleEvents(), carol.device.settleEvents()]);
    expect(bob.device.events.filter(({ name }) => name === 'user.updated')).toHaveLength(1);
    expect(carol.device.events).toEqual([]);
    expect((await expectData(carol.transport.request(sync, {}))).users).toEqual({});

    const late = { name: 'user.updated', payload: { ...first.users[alice.id]! } };
    const held = apply(await syncState(EMPTY_STATE, bob.transport), { ...late, payload: updated! });
    expect(apply(held, late).users.get(alice.id)).toEqual(updated);
  });

  it('is in a later sync when more contacts changed than one sync contains', async () => {
    const { ownerUrl } = server.database;
    const memberIds: string[] = [];
    for (let index = 0; index < 8; index++)
      memberIds.push((await createUser(server, `changing-${index}`)).id);
    for (const group of [memberIds.slice(0, 4), memberIds.slice(4)])
      await expectData(
        transport.request(createConversation, { type: 'group', title: 'New', memberIds: group }),
      );
    await query(
      ownerUrl,
      `UPDATE users SET avatar_url = 'https://example.com/' || id WHERE id <> '${me.id}';
       UPDATE users SET profile_changed_at = profile_changed_at - interval '1 hour' WHERE id <> '${me.id}'`,
    );
    for (const limit of [4, 5, 100]) {
      const contactIds: string[] = [];
      for (let since = '2020-01-01', isComplete = false; !isComplete;) {
        const [page] = await query<{ user_ids: string[]; as_of: Date }>(
          ownerUrl,
          `SELECT * FROM changed_contacts('${me.id}', '${since}', 50, ${limit})`,
        );
        contactIds.push(...page!.user_ids);
        isComplete = page!.as_of.getTime() > Date.now() - 1_800_000; // later than every change
        since = page!.as_of.toISOString();
      }
      expect([limit, [...new Set(contactIds)].sort()]).toEqual([limit, memberIds.sort()]);
    }
  });

  it('is announced to connected contacts first, and to those of small conversations before others', async () => {
    const { ownerUrl } = server.database;
    const members = [];
    for (let index = 0; index < 3; index++) members.push(await createUser(server, `near-${index}`));
    const [near, far, disconnected] = members.map(({ id }) => id) as [string, string, string];
    const title = 'Near and far';
    for (const memberIds of [[near, far, disconnected], [near]])
      await expectData(transport.request(createConversation, { type: 'group', title, memberIds }));
    const contactsOf = async (connectedIds: string[], limit: number): Promise<string[]> => {
      const connected = `ARRAY[${connectedIds.map((id) => `'${id}'`).join()}]::uuid[]`;
      const rows = await query<{ user_id: string }>(
        ownerUrl,
        `SELECT user_id FROM connected_contacts('${me.id}', ${connected}, 50, ${limit})`,
      );
      return rows.map(({ user_id }) => user_id);
    };
    expect(await contactsOf([far, near, me.id], 10)).toEqual([near, far]);
    expect(await contactsOf([far, near], 1)).toEqual([near]);
    expect(await contactsOf([far], 1)).toEqual([far]);
    expect(await contactsOf([], 1)).toEqual([]);
    await query(
      ownerUrl,
      `UPDATE conversations SET member_count = 1001 WHERE title = '${title}' AND member_count = 4`,
    );
    expect(await contactsOf([disconnected, near, me.id], 10)).toEqual([near, disconnected]);
  });

  it('is refused a name that breaks the line, with the code of the field', async () => {
    const codes = {
      control_character: ['An\nn', 'Ann\u0007', '\u001b[31mAnn', 'Ann\u202egnp', '\u2067Ann', 'Ann\u2028Bob'],
      outer_space: [' Ann', 'Ann\u3000'],
    };
    const names = Object.entries(codes).flatMap(([code, texts]) => texts.map((text) => [text, code]));
    for (const [displayName, code] of names)
      expect([displayName, await transport.request(updateUser, { userId: 'me', displayName })]).toMatchObject(
        [displayName, { ok: false, error: { errors: [{ field: 'displayName', code }] } }],
      );
  });
});
