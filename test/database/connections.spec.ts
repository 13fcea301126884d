import { ReservedConnection } from '../../src/kernel/database/reserved-connection.js';
import { Database } from '../../src/kernel/database/database.js';
import { createConversation } from '../../src/modules/conversations/conversations.contract.js';
import { sendMessage } from '../../src/modules/messages/messages.contract.js';
import { expectData, restTransport } from '../support/clients/transports.js';
import { createUser } from '../support/servers/test-server.js';
import { waitUntil } from '../support/environment/wait-until.js';
import { sharedServer } from '../support/servers/shared-server.js';

/** Texts of the pages of one operation that differ in the LIMIT only. */
const MAX_TEXTS_PER_PAGE = 4;

describe('A connection to PostgreSQL', () => {
  it('is replaced after its maximum age, in the pool and beside it', async () => {
    const { app } = await sharedServer({ databasePoolSize: 2, databaseConnectionMaxAgeSeconds: 1 });
    const sql = 'SELECT pg_backend_pid() AS pid';
    const connections = [
      () => app.get(Database).query<{ pid: number }>(sql),
      () => app.get(ReservedConnection).query<{ pid: number }>(sql, []),
    ];
    for (const query of connections) {
      const before = (await query())[0]!.pid;
      await waitUntil(async () => (await query())[0]!.pid !== before);
    }
  });

  it('waits for locks of other transactions for a limited time, and ends statements later', async () => {
    const { app } = await sharedServer({ databasePoolSize: 2, databaseConnectionMaxAgeSeconds: 1 });
    const settings = await app
      .get(Database)
      .query<{ name: string; milliseconds: number }>(
        `SELECT name, setting::int AS milliseconds FROM pg_settings WHERE name IN ('lock_timeout', 'statement_timeout')`,
      );
    const limits = Object.fromEntries(settings.map(({ name, milliseconds }) => [name, milliseconds]));
    expect(limits.lock_timeout).toBeGreaterThan(0);
    expect(limits.lock_timeout).toBeLessThan(limits.statement_timeout!);
  });
});

describe('The pages of a list', () => {
  it('have few prepared statements for all page sizes', async () => {
    const server = await sharedServer({ databasePoolSize: 2, databaseConnectionMaxAgeSeconds: 1 });
    const { token } = await createUser(server, 'alice');
    const rest = restTransport(server.url, token);
    const group = await expectData(rest.request(createConversation, { type: 'group' }));
    const conversationId = group.id;
    const root = await expectData(rest.request(sendMessage, { conversationId, content: 'Root' }));
    await expectData(rest.request(sendMessage, { conversationId, content: 'Reply', threadRootId: root.id }));
    const texts = new Set<string>();
    const database = server.app.get(Database);
    const query = database.query.bind(database);
    jest.spyOn(database, 'query').mockImplementation((sql, parameters) => {
      if (/LIMIT \d+/.test(sql)) texts.add(sql);
      return query(sql, parameters);
    });
    const paths = [
      `/v1/messages?conversationId=${conversationId}&`,
      `/v1/messages?conversationId=${conversationId}&after=0&`,
      `/v1/messages/${root.id}/thread?`,
      `/v1/messages/${root.id}/thread?after=0&`,
      `/v1/conversations/${conversationId}/media?`,
      '/v1/mentions?',
      `/v1/mentions?conversationId=${conversationId}&`,
      `/v1/polls?conversationId=${conversationId}&`,
      '/v1/search/messages?q=root&',
    ];
    for (const path of paths)
      for (let limit = 1; limit <= 50; limit++) {
        const answer = await fetch(`${server.url}${path}limit=${limit}`, {
          headers: { authorization: `Bearer ${token}` },
        });
        expect([path, answer.status]).toEqual([path, 200]);
      }
    jest.restoreAllMocks();
    expect(texts.size).toBeGreaterThan(0);
    expect(texts.size).toBeLessThanOrEqual(paths.length * MAX_TEXTS_PER_PAGE);
  });
});
