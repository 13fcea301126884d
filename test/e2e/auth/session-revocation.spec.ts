import { refreshSession } from '../../../src/auth/auth.contract.js';
import { SessionMonitor } from '../../../src/kernel/identity/session-monitor.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { getSelf, updateUser } from '../../../src/modules/users/users.contract.js';
import { UNKNOWN_ID } from '../../support/clients/unknown-id.js';
import { query } from '../../support/servers/embedded-postgres-fixture.js';
import {
  expectData,
  Device,
  expectErrorCode,
  restTransport,
  type Transport,
} from '../../support/clients/transports.js';
import {
  createUser,
  startTestServer,
  type TestUser,
  type TestServer,
} from '../../support/servers/test-server.js';
import { signToken } from '../../support/clients/tokens.js';
import { waitUntil } from '../../support/environment/wait-until.js';
import { findServerSockets } from '../../support/servers/server-sockets.js';
import { untilSessionsChecked } from '../../support/servers/session-checks.js';

const seconds = (fromNow: number): number => Date.now() / 1000 + fromNow;

let server: TestServer;
let admin: TestUser & { transport: Transport };
let names = 0;
const devices: Device[] = [];

beforeAll(async () => {
  server = await startTestServer();
  const known = await createUser(server, 'admin', { role: 'admin' });
  admin = { ...known, transport: restTransport(server.url, known.token) };
});
afterEach(() => devices.splice(0).forEach((device) => device.close()));
afterAll(() => server.stop());

async function connect(token: string): Promise<Device> {
  const device = await Device.connect(server.url, token);
  devices.push(device);
  return device;
}

/** New user with two devices. */
async function createUserWithDevices(claims = {}): Promise<TestUser & { devices: [Device, Device] }> {
  const known = await createUser(server, `person-${++names}`, claims);
  return { ...known, devices: [await connect(known.token), await connect(known.token)] };
}

/** Last events of the devices, whose sockets the next check for revoked sessions closes (D9). */
async function ended(ending: Device[]): Promise<unknown[]> {
  const ids = ending.map(({ socket }) => socket.id);
  await untilSessionsChecked(server);
  expect(findServerSockets(server).filter(({ id }) => ids.includes(id))).toEqual([]);
  await waitUntil(() => ending.every(({ socket }) => socket.disconnected));
  return ending.map(({ events }) => events.at(-1));
}

const sessionEndedEvent = (code: string): unknown => ({ name: 'session.ended', payload: { code } });

describe('A deactivated user', () => {
  it.each(['rest', 'socket'] as const)(
    'over %s loses all devices by the next check, is rejected at once, and returns when the account is reactivated',
    async (transport) => {
      const { id, token, devices: live } = await createUserWithDevices();
      const other = await createUserWithDevices();
      const adminTransport = transport === 'rest' ? admin.transport : await connect(admin.token);
      const changed = await expectData(adminTransport.request(updateUser, { userId: id, isActive: false }));
      expect(changed).toMatchObject({ id, isActive: false });
      expect(await expectErrorCode(restTransport(server.url, token).request(getSelf, {}))).toBe(
        'unauthenticated',
      );
      await expect(connect(token)).rejects.toMatchObject({ data: { code: 'unauthenticated', status: 401 } });
      expect(await ended(live)).toEqual([
        sessionEndedEvent('unauthenticated'),
        sessionEndedEvent('unauthenticated'),
      ]);

      await expectData(admin.transport.request(updateUser, { userId: id, displayName: 'Renamed' }));
      await Promise.all(other.devices.map((device) => device.settleEvents()));
      expect(JSON.stringify(live.map(({ events }) => events))).not.toContain('Renamed');
      expect(other.devices.map(({ socket }) => socket.connected)).toEqual([true, true]);

      await expectData(adminTransport.request(updateUser, { userId: id, isActive: true }));
      const back = await connect(token);
      await untilSessionsChecked(server);
      expect(back.socket.connected).toBe(true);
      expect(await expectData(restTransport(server.url, token).request(getSelf, {}))).toMatchObject({
        id,
        isActive: true,
      });
    },
  );

  it('loses all devices by the next check when another node deactivates the account', async () => {
    const { id, token, devices: live } = await createUserWithDevices();
    await query(
      server.database.ownerUrl,
      `UPDATE users SET is_active = false, sessions_revoked_at = clock_timestamp() WHERE id = '${id}'`,
    );
    expect(await ended(live)).toEqual([
      sessionEndedEvent('unauthenticated'),
      sessionEndedEvent('unauthenticated'),
    ]);
    expect(await expectErrorCode(restTransport(server.url, token).request(getSelf, {}))).toBe(
      'unauthenticated',
    );
    await expect(connect(token)).rejects.toMatchObject({ data: { code: 'unauthenticated' } });
  });

  it('can reconnect at once after a mere sign-out by another node', async () => {
    const { id, token, devices: live } = await createUserWithDevices();
    await query(
      server.database.ownerUrl,
      `UPDATE users SET sessions_revoked_at = clock_timestamp() WHERE id = '${id}'`,
    );
    await ended(live);
    const back = await connect(token);
    await untilSessionsChecked(server);
    expect(back.socket.connected).toBe(true);
  });

  it('is rejected on a socket that is still open and cannot reactivate the account', async () => {
    const secondServer = await startTestServer();
    secondServer.app.get(SessionMonitor).onApplicationShutdown();
    const [admin, demotedAdmin, bob] = [
      await createUser(secondServer, 'admin', { role: 'admin' }),
      await createUser(secondServer, 'demoted-admin', { role: 'admin' }),
      await createUser(secondServer, 'bob'),
    ];
    const device = await Device.connect(secondServer.url, demotedAdmin.token);
    const { id: conversationId } = await expectData(
      device.request(createConversation, { type: 'dm', memberIds: [bob.id] }),
    );
    await expectData(
      restTransport(secondServer.url, admin.token).request(updateUser, {
        userId: demotedAdmin.id,
        isActive: false,
      }),
    );
    for (const userId of ['me', demotedAdmin.id])
      expect(await expectErrorCode(device.request(updateUser, { userId, isActive: true }))).toBe(
        'unauthenticated',
      );
    expect(await expectErrorCode(device.request(updateUser, { userId: bob.id, isActive: false }))).toBe(
      'unauthenticated',
    );
    expect(
      await expectErrorCode(device.request(sendMessage, { conversationId, content: 'Still here' })),
    ).toBe('unauthenticated');
    expect(await expectErrorCode(device.request(refreshSession, { token: demotedAdmin.token }))).toBe(
      'unauthenticated',
    );
    device.close();
    await secondServer.stop();
  });
});

describe('A user without the role admin', () => {
  it.each(['rest', 'socket'] as const)('cannot change or deactivate other users over %s', async (name) => {
    const { token, id, devices: live } = await createUserWithDevices();
    const other = await createUserWithDevices();
    const transport = name === 'rest' ? restTransport(server.url, token) : live[0];
    for (const userId of [other.id, admin.id, UNKNOWN_ID])
      for (const change of [{ isActive: false }, { isActive: true }, { displayName: 'Changed' }])
        expect(await expectErrorCode(transport.request(updateUser, { userId, ...change }))).toBe('forbidden');
    for (const userId of [id, 'me'])
      for (const isActive of [false, true])
        expect(await expectErrorCode(transport.request(updateUser, { userId, isActive }))).toBe('forbidden');
    expect(
      await expectData(transport.request(updateUser, { userId: 'me', displayName: 'Mine' })),
    ).toMatchObject({
      displayName: 'Mine',
    });
    expect(await expectData(admin.transport.request(getSelf, {}))).toMatchObject({
      displayName: 'Test admin',
    });
  });

  it('after a newer token without the role loses the devices connected as admin', async () => {
    const { id, devices: live } = await createUserWithDevices({ role: 'admin', iat: seconds(-60) });
    const demoted = await signToken({ sub: `host-person-${names}` });
    const device = await connect(demoted);
    expect(await ended(live)).toEqual([
      sessionEndedEvent('unauthenticated'),
      sessionEndedEvent('unauthenticated'),
    ]);
    await untilSessionsChecked(server);
    expect(device.socket.connected).toBe(true);
    expect(await expectData(device.request(updateUser, { userId: 'me', displayName: 'Me' }))).toMatchObject({
      id,
      role: 'user',
    });
  });
});
