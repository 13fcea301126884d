import { hkdfSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, SignJWT, type JWTPayload } from 'jose';
import { logout } from '../../../src/auth/auth.contract.js';
import type { AuthTokensDto } from '../../../src/auth/accounts/dto/sign-in.dto.js';
import { refreshSession } from '../../../src/auth/auth.contract.js';
import { getSelf, updateUser } from '../../../src/modules/users/users.contract.js';
import {
  localAccountClient,
  toSignInId,
  type LocalAccountClient,
} from '../../support/clients/local-accounts.js';
import { getAccount, expectTokenRejected } from '../../support/clients/provisioning.js';
import { expectData, Device, expectErrorCode, restTransport } from '../../support/clients/transports.js';
import { query } from '../../support/servers/embedded-postgres-fixture.js';
import { startNodes } from '../../support/servers/server-nodes.js';
import { createUser, startTestServer, type TestServer } from '../../support/servers/test-server.js';
import { JWT_SECRET, signToken } from '../../support/clients/tokens.js';
import { waitUntil } from '../../support/environment/wait-until.js';
import { untilSessionsChecked } from '../../support/servers/session-checks.js';

const UNAUTHENTICATED = { code: 'unauthenticated', status: 401 };

let server: TestServer;
let accounts: LocalAccountClient;
let names = 0;

beforeAll(async () => {
  server = await startTestServer({ localAccounts: true });
  accounts = localAccountClient(server);
});
afterAll(() => server.stop());

const registerUser = (): Promise<AuthTokensDto> => expectData(accounts.register(`person-${++names}`));
const refreshed = (refreshToken: string): Promise<AuthTokensDto> =>
  expectData(accounts.refresh(refreshToken));
const me = (token: string): Promise<unknown> =>
  expectData(restTransport(server.url, token).request(getSelf, {}));

/** Moves the times of a sign-in into the past. */
function age(signedIn: AuthTokensDto, interval: string): Promise<unknown> {
  return query(
    server.database.ownerUrl,
    `UPDATE refresh_tokens SET rotated_at = rotated_at - interval '${interval}' WHERE family_id = '${toSignInId(signedIn)}'`,
  );
}

async function expectSignInEnded(...signedIn: AuthTokensDto[]): Promise<void> {
  for (const { accessToken, refreshToken } of signedIn) {
    expect(await expectTokenRejected(server.url, accessToken)).toMatchObject(UNAUTHENTICATED);
    expect(await expectErrorCode(accounts.refresh(refreshToken))).toBe('unauthenticated');
  }
}

describe('A refresh', () => {
  it('returns the next tokens; earlier access tokens stay valid until they expire', async () => {
    const first = await registerUser();
    const second = await refreshed(first.refreshToken);
    const third = await refreshed(second.refreshToken);
    expect(new Set([first, second, third].map(({ refreshToken }) => refreshToken)).size).toBe(3);
    for (const { accessToken } of [first, second, third]) expect(await me(accessToken)).toEqual(first.user);
    expect(toSignInId(third)).toBe(toSignInId(first));
  });

  it('returns the same next token to 32 concurrent requests', async () => {
    const first = await registerUser();
    const answers = await Promise.all(Array.from({ length: 32 }, () => refreshed(first.refreshToken)));
    const [next, ...others] = new Set(answers.map(({ refreshToken }) => refreshToken));
    expect(others).toEqual([]);
    expect(next).not.toBe(first.refreshToken);
    const { accessToken } = await refreshed(next!);
    expect(decodeJwt(accessToken).gen).toBe(2);
  });

  it('can be repeated after a lost answer at any time', async () => {
    const first = await registerUser();
    const lostAnswer = await refreshed(first.refreshToken);
    await age(first, '20 days');
    const again = await refreshed(first.refreshToken);
    expect(again.refreshToken).toBe(lostAnswer.refreshToken);
    expect(await me(again.accessToken)).toEqual(first.user);
    await refreshed(again.refreshToken);
  });

  it('can be repeated by another tab within the grace period', async () => {
    const first = await registerUser();
    const second = await refreshed(first.refreshToken);
    await me(second.accessToken);
    expect((await refreshed(first.refreshToken)).refreshToken).toBe(second.refreshToken);
  });

  it('with the previous token ends the sign-in when its successor was used', async () => {
    const first = await registerUser();
    const second = await refreshed(first.refreshToken);
    await me(second.accessToken);
    await age(first, '31 seconds');
    expect(await expectErrorCode(accounts.refresh(first.refreshToken))).toBe('unauthenticated');
    await expectSignInEnded(first, second);
  });

  it('with an older token ends this sign-in and its sockets at once, and no other', async () => {
    const first = await registerUser();
    const otherSignIn = await expectData(accounts.login(first.user.username!));
    const second = await refreshed(first.refreshToken);
    const third = await refreshed(second.refreshToken);
    const device = await Device.connect(server.url, third.accessToken);
    expect(await expectErrorCode(accounts.refresh(first.refreshToken))).toBe('unauthenticated');
    await waitUntil(() => device.socket.disconnected);
    await expectSignInEnded(first, second, third);
    expect(await me(otherSignIn.accessToken)).toEqual(first.user);
    await refreshed(otherSignIn.refreshToken);
  });

  it('with 32 concurrent older and newest tokens ends the sign-in and never returns a server error', async () => {
    const first = await registerUser();
    const second = await refreshed(first.refreshToken);
    const third = await refreshed(second.refreshToken);
    const shown = Array.from({ length: 32 }, (_, index) => (index % 2 ? first : third).refreshToken);
    const answers = await Promise.all(shown.map((token) => accounts.refresh(token)));
    for (const answer of answers)
      expect(answer.ok ? 'unauthenticated' : answer.error.code).toBe('unauthenticated');
    await expectSignInEnded(third);
  });

  it.each(['', 'x', 'a'.repeat(80), `01890000-0000-7000-8000-0000000000aa.${'a'.repeat(43)}`])(
    'with %p is rejected',
    async (token) =>
      expect(await expectErrorCode(accounts.refresh(token))).toMatch(/^(unauthenticated|validation_failed)$/),
  );

  it('is rejected for a deactivated user in every form', async () => {
    const signedIn = await registerUser();
    const admin = await createUser(server, `admin-${names}`, { role: 'admin' });
    const device = await Device.connect(server.url, signedIn.accessToken);
    const transport = restTransport(server.url, admin.token);
    await expectData(transport.request(updateUser, { userId: signedIn.user.id, isActive: false }));
    await waitUntil(() => device.socket.disconnected);
    expect(device.events.at(-1)).toEqual({ name: 'session.ended', payload: { code: 'unauthenticated' } });
    await expectSignInEnded(signedIn);
    expect(await expectErrorCode(accounts.login(signedIn.user.username!))).toBe('unauthenticated');
    await expectData(transport.request(updateUser, { userId: signedIn.user.id, isActive: true }));
    await me((await refreshed(signedIn.refreshToken)).accessToken);
  });
});

describe('A logout', () => {
  it('ends the sign-in and the sockets of the user; other devices can reconnect', async () => {
    const phone = await registerUser();
    const laptop = await expectData(accounts.login(phone.user.username!));
    const other = await registerUser();
    const [loggedOut, remaining] = [
      await Device.connect(server.url, phone.accessToken),
      await Device.connect(server.url, other.accessToken),
    ];
    const answer = await expectData(accounts.transport.request(logout, { refreshToken: phone.refreshToken }));
    expect(answer).toEqual({ isSignedOut: true });
    await expectSignInEnded(phone);
    await waitUntil(() => loggedOut.socket.disconnected);
    const back = await Device.connect(server.url, laptop.accessToken);
    await untilSessionsChecked(server);
    expect([back, remaining].map(({ socket }) => socket.connected)).toEqual([true, true]);
    [back, remaining].forEach((device) => device.close());
  });

  it('also ends sockets that connect at the same time', async () => {
    const signedIn = await Promise.all(Array.from({ length: 20 }, () => registerUser()));
    const devices: Device[] = [];
    const connect = async (token: string): Promise<void> => {
      const device = await Device.connect(server.url, token).catch(() => undefined);
      if (device) devices.push(device);
    };
    const concurrentRefreshes = ({ accessToken, refreshToken }: AuthTokensDto): Promise<unknown>[] => [
      connect(accessToken),
      connect(accessToken),
      accounts.transport.request(logout, { refreshToken }),
      connect(accessToken),
    ];
    await Promise.all(signedIn.flatMap(concurrentRefreshes));
    await waitUntil(() => devices.every(({ socket }) => socket.disconnected));
    await expectSignInEnded(...signedIn);
  });

  it('returns the same answer for an ended or unknown sign-in', async () => {
    const { refreshToken } = await registerUser();
    for (const token of [refreshToken, refreshToken, 'x', `${refreshToken}x`])
      expect(await expectData(accounts.transport.request(logout, { refreshToken: token }))).toEqual({
        isSignedOut: true,
      });
  });

  it('requires a token issued by this server: the id of a sign-in alone ends nothing', async () => {
    const signedIn = await registerUser();
    const sid = toSignInId(signedIn);
    const [, secret, seal] = signedIn.refreshToken.split('.');
    for (const token of [`${sid}.${'a'.repeat(43)}.${seal}`, `${sid}.${secret}.${'a'.repeat(22)}`]) {
      expect(await expectData(accounts.transport.request(logout, { refreshToken: token }))).toEqual({
        isSignedOut: true,
      });
      expect(await expectErrorCode(accounts.refresh(token))).toBe('unauthenticated');
    }
    await me((await refreshed(signedIn.refreshToken)).accessToken);
  });

  it('on one node takes effect on all nodes', async () => {
    const { nodes, stop } = await startNodes(2, { localAccounts: true });
    const [one, other] = nodes.map((node) => localAccountClient(node));
    const signedIn = await expectData(one!.register('anne'));
    const device = await Device.connect(nodes[1]!.url, signedIn.accessToken);
    const next = await expectData(other!.refresh(signedIn.refreshToken));
    await expectData(one!.transport.request(logout, { refreshToken: next.refreshToken }));
    await waitUntil(() => device.socket.disconnected);
    expect(await expectTokenRejected(nodes[1]!.url, next.accessToken)).toMatchObject(UNAUTHENTICATED);
    await stop();
  });
});

describe('An access token', () => {
  it('is accepted on both transports and can be replaced on a connected socket', async () => {
    const signedIn = await registerUser();
    const device = await Device.connect(server.url, signedIn.accessToken);
    expect(await expectData(device.request(updateUser, { userId: 'me' }))).toEqual(signedIn.user);
    const { accessToken, expiresAt } = await refreshed(signedIn.refreshToken);
    expect(await expectData(device.request(refreshSession, { token: accessToken }))).toEqual({ expiresAt });
    const outsider = await registerUser();
    expect(await expectErrorCode(device.request(refreshSession, { token: outsider.accessToken }))).toBe(
      'forbidden',
    );
    device.close();
  });

  /** Token signed with this key. */
  const signedWith = (key: Uint8Array, claims: JWTPayload, header: object): Promise<string> =>
    new SignJWT({ iat: Date.now() / 1000, exp: Date.now() / 1000 + 600, ...claims })
      .setProtectedHeader({ alg: 'HS256', ...header })
      .sign(key);

  it('cannot be signed with the secret of the host product, nor a token of the host product with the account key', async () => {
    const { accessToken } = await registerUser();
    const [header, claims] = [decodeProtectedHeader(accessToken), decodeJwt(accessToken)];
    const secret = new TextEncoder().encode(JWT_SECRET);
    const info = 'tms-messaging-server accounts: access tokens';
    const key = new Uint8Array(hkdfSync('sha256', secret, '', info, 32));
    expect(await me(await signedWith(key, claims, header))).toBeDefined(); // proves that this is the key
    const rejected = [
      await signToken(claims),
      await signToken({ sub: claims.sub }),
      await signedWith(secret, claims, header),
      await signedWith(key, claims, {}),
      await signedWith(key, { sub: 'host-anne' }, {}),
      await signedWith(key, { ...claims, sub: 'host-anne' }, header),
      await signedWith(key, { ...claims, sub: `local:${claims.sid as string}` }, header),
      await signedWith(key, { ...claims, sid: '01890000-0000-7000-8000-0000000000aa' }, header),
      await signedWith(key, { ...claims, sid: undefined }, header),
    ];
    for (const token of rejected)
      expect(await expectTokenRejected(server.url, token)).toMatchObject(UNAUTHENTICATED);
    const expired = await signedWith(key, { ...claims, exp: Date.now() / 1000 - 1 }, header);
    expect(await expectTokenRejected(server.url, expired)).toMatchObject({ code: 'token_expired' });
  });

  it('does not exclude host tokens of type at+jwt', async () => {
    const secret = new TextEncoder().encode(JWT_SECRET);
    const token = await signedWith(secret, { sub: 'host-typed' }, { typ: 'at+jwt' });
    expect(await getAccount(server.url, token)).toMatchObject({ tmsUserId: 'host-typed' });
  });
});
