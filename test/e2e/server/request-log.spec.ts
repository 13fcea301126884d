import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { Device, expectData, expectErrorCode, restTransport } from '../../support/clients/transports.js';
import { flushRefusals } from '../../../src/kernel/logging/refusal-log.js';
import { localAccountClient } from '../../support/clients/local-accounts.js';
import { signToken } from '../../support/clients/tokens.js';
import { captureOutput, type CapturedOutput } from '../../support/environment/captured-output.js';
import {
  createUser,
  startTestServer,
  type TestUser,
  type TestServer,
} from '../../support/servers/test-server.js';
import { waitUntil } from '../../support/environment/wait-until.js';

type Entry = Record<string, unknown>;

let output: CapturedOutput;
let server: TestServer;

afterEach(async () => {
  output.restore();
  await server.stop();
});

async function start(logLevel: 'info' | 'warn'): Promise<TestUser> {
  output = captureOutput();
  server = await startTestServer({ nodeEnv: 'production', localAccounts: true, logLevel });
  return createUser(server, 'alice');
}

function entries(): Entry[] {
  return output.lines.map((line) => JSON.parse(line) as Entry);
}

async function requestTo(path: string, token = ''): Promise<{ status: number; requestId?: string }> {
  const response = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const { requestId } = (await response.json()) as { requestId?: string };
  return { status: response.status, requestId };
}

describe('The request log', () => {
  it('has one line per request with the requestId of its problem details, and no secret of it', async () => {
    const { token } = await start('info');
    const invalid = await requestTo('/v1/files/secret-in-the-path?q=searched');
    const missing = await requestTo('/v1/secret-in-the-path');
    const found = await requestTo('/v1/users/me', token);
    const requests = (): Entry[] => entries().filter(({ context }) => context === 'Http');
    const findLine = (id?: string): Entry | undefined => requests().find(({ requestId }) => requestId === id);
    await waitUntil(() => requests().length >= 4); // the request that makes alice known, and these three
    expect(found.status).toBe(200);
    expect(findLine(invalid.requestId)).toMatchObject({
      level: 'info',
      msg: 'Request',
      method: 'GET',
      route: expect.stringMatching(/^\/v1\/files\/:/) as string,
      status: 404,
      isComplete: true,
      durationMs: expect.any(Number) as number,
    });
    expect(findLine(missing.requestId)).toMatchObject({ route: null, status: 404 });
    expect(output.lines.join('')).not.toMatch(/secret-in-the-path|searched/);
    expect(output.lines.join('')).not.toContain(token);
  });

  it('has no line for a command of a socket', async () => {
    const { token } = await start('info');
    const device = await Device.connect(server.url, token);
    const { id: conversationId } = await expectData(
      device.request(createConversation, { type: 'group', title: 'Group' }),
    );
    const before = output.lines.length;
    await expectData(device.request(sendMessage, { conversationId, content: 'private text' }));
    device.close();
    await expectData(
      restTransport(server.url, token).request(sendMessage, { conversationId, content: 'private text' }),
    );
    // A loaded machine adds warnings about slow statements.
    const added = (): Entry[] =>
      entries()
        .slice(before)
        .filter(({ context }) => context !== 'Database');
    await waitUntil(() => added().length > 0);
    expect(added()).toEqual([expect.objectContaining({ route: '/v1/messages', status: 201 })]);
    expect(output.lines.join('')).not.toContain('private text');
  });

  it('is empty at the default level', async () => {
    const { token } = await start('warn');
    expect((await requestTo('/v1/users/me', token)).status).toBe(200);
    expect(entries().filter(({ context }) => context === 'Http')).toEqual([]);
  });
});

describe('The log of refusals', () => {
  const refusals = (): Record<string, number>[] =>
    entries().flatMap(({ msg, counts }) => (msg === 'Refused' ? [counts as Record<string, number>] : []));

  it('counts them by code and reason in few lines, over both transports', async () => {
    flushRefusals(); // those of other tests
    await start('warn');
    for (let times = 0; times < 20; times++) await requestTo('/v1/users/me', 'not-a-token');
    await expect(Device.connect(server.url, 'not-a-token')).rejects.toMatchObject({
      message: 'unauthenticated',
    });
    const foreign = await signToken({ sub: 'foreign' }, 'another secret, of more than 32 bytes');
    expect((await requestTo('/v1/users/me', foreign)).status).toBe(401);
    const polling = `${server.url}/socket.io/?EIO=4&transport=polling`;
    expect((await fetch(polling, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    await expectErrorCode(localAccountClient(server).login('alice', 'wrong password'));
    expect(refusals().length).toBeLessThanOrEqual(1);
    flushRefusals();
    const total: Record<string, number> = {};
    for (const counts of refusals())
      for (const [key, count] of Object.entries(counts)) total[key] = (total[key] ?? 0) + count;
    expect(total).toEqual({
      'unauthenticated: not a token': 21,
      'unauthenticated: ERR_JWS_SIGNATURE_VERIFICATION_FAILED': 1,
      'unauthenticated: wrong password': 1,
      origin: 1,
    });
    expect(output.lines.join('')).not.toContain(foreign);
  });
});

describe('The start', () => {
  it('lists no module, route or command at the level info', async () => {
    await start('info');
    expect(entries().map(({ msg }) => msg)).toContain('Nest application successfully started');
    expect(output.lines.join('')).not.toMatch(/Mapped|subscribed|dependencies initialized|RoutesResolver/);
  });
});
