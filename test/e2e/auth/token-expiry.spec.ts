import { refreshSession } from '../../../src/auth/auth.contract.js';
import type { Session } from '../../../src/kernel/identity/auth-user.js';
import { SessionMonitor } from '../../../src/kernel/identity/session-monitor.js';
import { updateUser } from '../../../src/modules/users/users.contract.js';
import { expectData, Device, expectErrorCode, restTransport } from '../../support/clients/transports.js';
import { untilSessionsChecked } from '../../support/servers/session-checks.js';
import { findServerSockets } from '../../support/servers/server-sockets.js';
import { createUser, startTestServer, type TestServer } from '../../support/servers/test-server.js';
import { signToken } from '../../support/clients/tokens.js';
import { waitUntil } from '../../support/environment/wait-until.js';

/** Validity of a token whose expiry a test waits for. */
const SHORT_MS = 4_000;
const ME = { userId: 'me', displayName: 'Me' };
const seconds = (fromNow: number): number => Date.now() / 1000 + fromNow;

let server: TestServer;
beforeAll(async () => (server = await startTestServer()));
afterAll(() => server.stop());

/** Device with a short-lived token, and the expiry of the token. */
async function connectWithExpiringToken(
  sub: string,
  lifeMs = SHORT_MS,
): Promise<{ device: Device; expiresAt: number }> {
  const expiresAt = Date.now() + lifeMs;
  const token = await signToken({ sub, iat: seconds(-60), exp: expiresAt / 1000 });
  return { device: await Device.connect(server.url, token), expiresAt };
}

function findSession({ socket }: Device): Session {
  return findServerSockets(server).find(({ id }) => id === socket.id)!.data.session;
}

/** Ends the validity of the session; the next check closes its socket. */
async function expireSession(device: Device): Promise<void> {
  findSession(device).expiresAt = Date.now();
  await untilSessionsChecked(server);
  expect(findServerSockets(server).map(({ id }) => id)).not.toContain(device.socket.id);
  await waitUntil(() => device.socket.disconnected);
}

describe('A token whose exp is in milliseconds', () => {
  it('is rejected by both transports and for a new session', async () => {
    const token = await signToken({ sub: 'milliseconds', exp: Date.now() + 3_600_000 });
    expect(await expectErrorCode(restTransport(server.url, token).request(updateUser, ME))).toBe(
      'unauthenticated',
    );
    await expect(Device.connect(server.url, token)).rejects.toMatchObject({
      data: { code: 'unauthenticated', detail: 'A valid token is required.' },
    });
    const device = await Device.connect(server.url, await signToken({ sub: 'milliseconds' }));
    expect(await expectErrorCode(device.request(refreshSession, { token }))).toBe('unauthenticated');
    device.close();
  });
});

describe('An expiring token', () => {
  it('is announced, and its socket ends by the next check after its expiry, not earlier', async () => {
    const { device, expiresAt } = await connectWithExpiringToken('announced', 50_000);
    const [announced] = await device.waitForEvents(1, 'session.expiring');
    expect(announced).toEqual({ expiresAt: new Date(Math.round(expiresAt)).toISOString() });
    await untilSessionsChecked(server);
    expect(device.socket.connected).toBe(true);
    expect(findSession(device).expiresAt).toBe(Math.round(expiresAt));
    await expireSession(device);
    expect(device.events.map(({ name }) => name)).toEqual(['session.expiring', 'session.ended']);
    expect(device.events[1]!.payload).toEqual({ code: 'token_expired' });
  });

  it('is announced once, within the last minute only', async () => {
    const expiring = await Device.connect(server.url, await signToken({ sub: 'expiring', exp: seconds(50) }));
    const later = await Device.connect(server.url, await signToken({ sub: 'later', exp: seconds(90) }));
    await expiring.waitForEvents(1, 'session.expiring');
    await untilSessionsChecked(server);
    expect([expiring.events.length, later.events.length]).toEqual([1, 0]);
    expiring.close();
    later.close();
  });

  it('is rejected after its expiry, also on a socket that is still open', async () => {
    const secondServer = await startTestServer();
    secondServer.app.get(SessionMonitor).onApplicationShutdown();
    const exp = seconds(SHORT_MS / 1000);
    const token = await signToken({ sub: 'late', exp });
    const device = await Device.connect(secondServer.url, token);
    await expectData(device.request(updateUser, ME));
    await waitUntil(() => seconds(0) >= exp);
    expect(await expectErrorCode(device.request(updateUser, ME))).toBe('token_expired');
    expect(await expectErrorCode(device.emitCommand('no.such.command', {}))).toBe('token_expired');
    expect(await expectErrorCode(device.request(refreshSession, { token }))).toBe('token_expired');
    expect(await expectErrorCode(restTransport(secondServer.url, token).request(updateUser, ME))).toBe(
      'token_expired',
    );
    expect(device.socket.connected).toBe(true);
    device.close();
    await secondServer.stop();
  });
});

describe('session.refresh', () => {
  it('keeps a socket open after the expiry of its first token', async () => {
    const { device, expiresAt } = await connectWithExpiringToken('lasting');
    const exp = Math.floor(seconds(3600));
    const answer = await expectData(
      device.request(refreshSession, { token: await signToken({ sub: 'lasting', exp, name: 'Newer' }) }),
    );
    expect(answer).toEqual({ expiresAt: new Date(exp * 1000).toISOString() });
    expect(await device.waitForEvents(1, 'account.updated')).toMatchObject([{ displayName: 'Newer' }]);
    await waitUntil(() => Date.now() >= expiresAt);
    await untilSessionsChecked(server);
    expect(device.events.filter(({ name }) => name === 'session.ended')).toEqual([]);
    expect(await expectData(device.request(updateUser, ME))).toMatchObject({ displayName: 'Me' });
    device.close();
  });

  it('rejects the token of another user, an invalid and an expired token, and keeps the first token', async () => {
    const { device, expiresAt } = await connectWithExpiringToken('refused', 50_000);
    const refresh = (token: unknown): Promise<string> =>
      expectErrorCode(device.request(refreshSession, { token }));
    const { token: other } = await createUser(server, 'other');
    expect(await refresh(other)).toBe('forbidden');
    expect(await refresh('nonsense')).toBe('unauthenticated');
    expect(await refresh(await signToken({ sub: 'refused' }, 'another secret of more than 32 bytes!'))).toBe(
      'unauthenticated',
    );
    expect(await refresh(await signToken({ sub: 'refused', exp: seconds(-1) }))).toBe('token_expired');
    for (const token of [undefined, '', 7]) expect(await refresh(token)).toBe('validation_failed');
    expect(findSession(device).expiresAt).toBe(Math.round(expiresAt));
    await expireSession(device);
    expect(device.events.at(-1)).toEqual({ name: 'session.ended', payload: { code: 'token_expired' } });
  });

  it('applies a changed role in both directions', async () => {
    const { id: otherId } = await createUser(server, 'another-user');
    const token = (role: string | undefined, iat: number): Promise<string> =>
      signToken({ sub: 'rising', role, iat: Math.floor(seconds(iat)) });
    const device = await Device.connect(server.url, await token(undefined, -60));
    const roles = (): string[] => findServerSockets(server).map(({ data }) => data.session.user.role);
    const change = { userId: otherId, displayName: 'By an admin' };
    expect(await expectErrorCode(device.request(updateUser, change))).toBe('forbidden');

    await expectData(device.request(refreshSession, { token: await token('admin', -50) }));
    expect(roles()).toEqual(['admin']);
    expect(await expectData(device.request(updateUser, change))).toMatchObject({
      displayName: 'By an admin',
    });

    await expectData(device.request(refreshSession, { token: await token(undefined, -40) }));
    expect(roles()).toEqual(['user']);
    expect(await expectErrorCode(device.request(updateUser, change))).toBe('forbidden');
    await untilSessionsChecked(server);
    expect(device.socket.connected).toBe(true);
    device.close();
  });
});
