import { createHmac } from 'node:crypto';
import { listIceServers } from '../../../src/modules/calls/rtc/rtc.contract.js';
import type { IceServersDto } from '../../../src/modules/calls/rtc/dto/rtc.dto.js';
import { expectData, restTransport } from '../../support/clients/transports.js';
import { captureOutput } from '../../support/environment/captured-output.js';
import {
  createUser,
  startTestServer,
  type TestUser,
  type TestServer,
} from '../../support/servers/test-server.js';

const SECRET = 'what the TURN server knows too';
const TURN = ['turn:turn.example:3478?transport=udp', 'turns:turn.example:5349'];

describe('The ICE servers', () => {
  let server: TestServer;
  let alice: TestUser;

  async function start(settings: Parameters<typeof startTestServer>[0]): Promise<void> {
    server = await startTestServer(settings);
    alice = await createUser(server, 'alice');
  }
  afterEach(() => server.stop());

  const request = ({ token }: TestUser): Promise<IceServersDto> =>
    expectData(restTransport(server.url, token).request(listIceServers, {}));

  it('are empty when none are configured', async () => {
    await start({});
    expect(await request(alice)).toEqual({ iceServers: [], expiresAt: null });
  });

  it('contain expiring credentials of the TURN REST API for each user, and no credentials for STUN', async () => {
    await start({ turnUrls: ['stun:stun.example', ...TURN], turnSecret: SECRET, turnTtlSeconds: 600 });
    const before = Math.floor(Date.now() / 1_000);
    const { iceServers, expiresAt } = await request(alice);
    const expiry = Date.parse(expiresAt!) / 1_000;
    expect([expiry >= before + 600, expiry <= before + 605]).toEqual([true, true]);
    const username = `${expiry}:${alice.id}`;
    const credential = createHmac('sha1', SECRET).update(username).digest('base64');
    expect(iceServers).toEqual([{ urls: ['stun:stun.example'] }, { urls: TURN, username, credential }]);
    const bob = await createUser(server, 'bob');
    const [, bobs] = (await request(bob)).iceServers;
    expect(bobs!.username).toMatch(new RegExp(`^\\d+:${bob.id}$`));
    expect(bobs!.credential).not.toBe(credential);
  });

  it('require a token, and the shared secret is never sent', async () => {
    const output = captureOutput();
    try {
      await start({ turnUrls: TURN, turnSecret: SECRET, logLevel: 'debug' });
      expect((await fetch(`${server.url}/v1/rtc/ice-servers`)).status).toBe(401);
      expect(JSON.stringify(await request(alice))).not.toContain(SECRET);
    } finally {
      output.restore();
    }
    expect(output.lines.join('')).toContain('Nest');
    expect(output.lines.join('')).not.toContain(SECRET);
  });
});
