import { Client } from 'pg';
import { createConversation } from '../src/modules/conversations/conversations.contract.js';
import { sendMessage } from '../src/modules/messages/messages.contract.js';
import { data, Device } from './setup/doors.js';
import { query } from './setup/embedded-fixture.js';
import { person, startTestServer, type TestServer } from './setup/server.js';
import { until } from './setup/until.js';

describe('The health of a server', () => {
  let server: TestServer;
  beforeAll(async () => (server = await startTestServer()));
  afterAll(() => server.stop());

  async function health(path: string): Promise<unknown[]> {
    const answer = await fetch(`${server.url}/health${path}`);
    const body = (await answer.json()) as { status: unknown; code?: string };
    return [answer.status, body.code ?? body.status];
  }

  it('is ready until it begins to close, and lives until it has finished what was begun', async () => {
    const [alice, bob] = [await person(server, 'alice'), await person(server, 'bob')];
    const device = await Device.connect(server.url, alice.token);
    const { id: conversationId } = await data(
      device.ask(createConversation, { type: 'dm', memberIds: [bob.id] }),
    );
    expect([await health(''), await health('/ready')]).toEqual([
      [200, 'ok'],
      [200, 'ok'],
    ]);

    const holder = new Client({ connectionString: server.database.ownerUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM conversations FOR UPDATE');
    const inFlight = device.ask(sendMessage, { conversationId, content: 'The last one' });
    await until(async () => {
      const waiting = await query(
        process.env.TEST_POSTGRES_URL!,
        `SELECT FROM pg_stat_activity WHERE datname = '${server.database.name}' AND wait_event_type = 'Lock'`,
      );
      return waiting.length === 1;
    });
    const closing = server.app.close();
    try {
      await until(async () => (await health('/ready'))[0] === 503);
      expect(await health('/ready')).toEqual([503, 'service_unavailable']);
      expect(await health('')).toEqual([200, 'ok']);
      expect(device.socket.connected).toBe(true);
    } finally {
      await holder.end();
    }
    expect(await data(inFlight)).toMatchObject({ seq: 1, content: 'The last one' });
    await closing;
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });
});
