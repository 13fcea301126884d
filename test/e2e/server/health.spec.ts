import { Client } from 'pg';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { expectData, Device } from '../../support/clients/transports.js';
import { query } from '../../support/servers/embedded-postgres-fixture.js';
import { createUser, startTestServer, type TestServer } from '../../support/servers/test-server.js';
import { waitUntil } from '../../support/environment/wait-until.js';

describe('The health of a server', () => {
  let server: TestServer;
  beforeAll(async () => (server = await startTestServer()));
  afterAll(() => server.stop());

  async function health(path: string): Promise<unknown[]> {
    const answer = await fetch(`${server.url}/health${path}`);
    const body = (await answer.json()) as { status: unknown; code?: string };
    return [answer.status, body.code ?? body.status];
  }

  it('is ready until the shutdown begins and live until running work has finished', async () => {
    const [alice, bob] = [await createUser(server, 'alice'), await createUser(server, 'bob')];
    const device = await Device.connect(server.url, alice.token);
    const { id: conversationId } = await expectData(
      device.request(createConversation, { type: 'dm', memberIds: [bob.id] }),
    );
    expect([await health(''), await health('/ready')]).toEqual([
      [200, 'ok'],
      [200, 'ok'],
    ]);

    const holder = new Client({ connectionString: server.database.ownerUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM conversations FOR UPDATE');
    const inFlight = device.request(sendMessage, { conversationId, content: 'The last one' });
    await waitUntil(async () => {
      const waiting = await query(
        process.env.TEST_POSTGRES_URL!,
        `SELECT FROM pg_stat_activity WHERE datname = '${server.database.name}' AND wait_event_type = 'Lock'`,
      );
      return waiting.length === 1;
    });
    const closing = server.app.close();
    try {
      await waitUntil(async () => (await health('/ready'))[0] === 503);
      expect(await health('/ready')).toEqual([503, 'service_unavailable']);
      expect(await health('')).toEqual([200, 'ok']);
      expect(device.socket.connected).toBe(true);
    } finally {
      await holder.end();
    }
    expect(await expectData(inFlight)).toMatchObject({ seq: 1, content: 'The last one' });
    await closing;
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });
});
