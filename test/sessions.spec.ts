import { setTimeout as sleep } from 'node:timers/promises';
import { refreshSession } from '../src/auth/auth.contract.js';
import { Sessions } from '../src/kernel/realtime/sessions.js';
import { sendMessage } from '../src/modules/messages/messages.contract.js';
import { createConversation } from '../src/modules/conversations/conversations.contract.js';
import { getMe, updateUser } from '../src/modules/users/users.contract.js';
import { query } from './setup/embedded-fixture.js';
import { data, Device, refusal, restDoor, type Door } from './setup/doors.js';
import { person, startTestServer, type Person, type TestServer } from './setup/server.js';
import { sign } from './setup/tokens.js';
import { until } from './setup/until.js';

/** D9: who may not hear any more hears nothing that is committed later than this. */
const LIMIT_MS = 1_000;
const seconds = (fromNow: number): number => Date.now() / 1000 + fromNow;

let server: TestServer;
let admin: Person & { door: Door };
let names = 0;
const devices: Device[] = [];

beforeAll(async () => {
  server = await startTestServer();
  const known = await person(server, 'admin', { role: 'admin' });
  admin = { ...known, door: restDoor(server.url, known.token) };
});
afterEach(() => devices.splice(0).forEach((device) => device.close()));
afterAll(() => server.stop());

async function connect(token: string): Promise<Device> {
  const device = await Device.connect(server.url, token);
  devices.push(device);
  return device;
}

/** Somebody new with two devices. */
async function somebody(claims = {}): Promise<Person & { devices: [Device, Device] }> {
  const known = await person(server, `person-${++names}`, claims);
  return { ...known, devices: [await connect(known.token), await connect(known.token)] };
}

/** What the devices heard as their last words, and that it was in time, counted from now. */
async function ended(ending: Device[]): Promise<unknown[]> {
  await until(() => ending.every(({ socket }) => socket.disconnected), { within: LIMIT_MS });
  return ending.map(({ heard }) => heard.at(-1));
}

const lastWords = (code: string): unknown => ({ name: 'session.ended', payload: { code } });

describe('Who is deactivated', () => {
  it.each(['rest', 'socket'] as const)(
    'over %s loses all devices within a second, is refused at once, and comes back with the account',
    async (door) => {
      const { id, token, devices: live } = await somebody();
      const other = await somebody();
      const doorOfAdmin = door === 'rest' ? admin.door : await connect(admin.token);
      const changed = await data(doorOfAdmin.ask(updateUser, { userId: id, isActive: false }));
      expect(changed).toMatchObject({ id, isActive: false });
      expect(await refusal(restDoor(server.url, token).ask(getMe, {}))).toBe('unauthenticated');
      await expect(connect(token)).rejects.toMatchObject({ data: { code: 'unauthenticated', status: 401 } });
      expect(await ended(live)).toEqual([lastWords('unauthenticated'), lastWords('unauthenticated')]);

      await data(admin.door.ask(updateUser, { userId: id, displayName: 'Unheard' }));
      await sleep(50);
      expect(JSON.stringify(live.map(({ heard }) => heard))).not.toContain('Unheard');
      expect(other.devices.map(({ socket }) => socket.connected)).toEqual([true, true]);

      await data(doorOfAdmin.ask(updateUser, { userId: id, isActive: true }));
      const back = await connect(token);
      await sleep(LIMIT_MS);
      expect(back.socket.connected).toBe(true);
      expect(await data(restDoor(server.url, token).ask(getMe, {}))).toMatchObject({ id, isActive: true });
    },
  );

  it('by another node loses all devices within a second', async () => {
    const { id, token, devices: live } = await somebody();
    await query(
      server.database.ownerUrl,
      `UPDATE users SET is_active = false, sessions_ended_at = clock_timestamp() WHERE id = '${id}'`,
    );
    expect(await ended(live)).toEqual([lastWords('unauthenticated'), lastWords('unauthenticated')]);
    expect(await refusal(restDoor(server.url, token).ask(getMe, {}))).toBe('unauthenticated');
    await expect(connect(token)).rejects.toMatchObject({ data: { code: 'unauthenticated' } });
  });

  it('or only signed out by another node may come back at once', async () => {
    const { id, token, devices: live } = await somebody();
    await query(
      server.database.ownerUrl,
      `UPDATE users SET sessions_ended_at = clock_timestamp() WHERE id = '${id}'`,
    );
    await ended(live);
    const back = await connect(token);
    await sleep(LIMIT_MS);
    expect(back.socket.connected).toBe(true);
  });

  it('can do nothing with a socket that is still open, least of all come back', async () => {
    const still = await startTestServer();
    still.app.get(Sessions).onApplicationShutdown();
    const [boss, fallen, bob] = [
      await person(still, 'boss', { role: 'admin' }),
      await person(still, 'fallen', { role: 'admin' }),
      await person(still, 'bob'),
    ];
    const device = await Device.connect(still.url, fallen.token);
    const { id: conversationId } = await data(
      device.ask(createConversation, { type: 'dm', memberIds: [bob.id] }),
    );
    await data(restDoor(still.url, boss.token).ask(updateUser, { userId: fallen.id, isActive: false }));
    for (const userId of ['me', fallen.id])
      expect(await refusal(device.ask(updateUser, { userId, isActive: true }))).toBe('unauthenticated');
    expect(await refusal(device.ask(updateUser, { userId: bob.id, isActive: false }))).toBe(
      'unauthenticated',
    );
    expect(await refusal(device.ask(sendMessage, { conversationId, content: 'Still here' }))).toBe(
      'unauthenticated',
    );
    expect(await refusal(device.ask(refreshSession, { token: fallen.token }))).toBe('unauthenticated');
    device.close();
    await still.stop();
  });
});

describe('Who is no admin', () => {
  it.each(['rest', 'socket'] as const)('changes nobody else and deactivates nobody over %s', async (name) => {
    const { token, id, devices: live } = await somebody();
    const other = await somebody();
    const door = name === 'rest' ? restDoor(server.url, token) : live[0];
    for (const userId of [other.id, admin.id, '01890000-0000-7000-8000-000000000000'])
      for (const change of [{ isActive: false }, { isActive: true }, { displayName: 'Changed' }])
        expect(await refusal(door.ask(updateUser, { userId, ...change }))).toBe('forbidden');
    for (const userId of [id, 'me'])
      for (const isActive of [false, true])
        expect(await refusal(door.ask(updateUser, { userId, isActive }))).toBe('forbidden');
    expect(await data(door.ask(updateUser, { userId: 'me', displayName: 'Mine' }))).toMatchObject({
      displayName: 'Mine',
    });
    expect(await data(admin.door.ask(getMe, {}))).toMatchObject({ displayName: 'Test admin' });
  });

  it('any more, by a newer token, loses the devices that came as an admin', async () => {
    const { id, devices: live } = await somebody({ role: 'admin', iat: seconds(-60) });
    const demoted = await sign({ sub: `host-person-${names}` });
    const device = await connect(demoted);
    expect(await ended(live)).toEqual([lastWords('unauthenticated'), lastWords('unauthenticated')]);
    await sleep(LIMIT_MS);
    expect(device.socket.connected).toBe(true);
    expect(await data(device.ask(updateUser, { userId: 'me', displayName: 'Me' }))).toMatchObject({
      id,
      role: 'user',
    });
  });
});
