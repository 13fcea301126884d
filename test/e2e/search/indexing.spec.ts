import { Client } from 'pg';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { IndexerRepository } from '../../../src/modules/search/indexer.repository.js';
import { tokenize } from '../../../src/kernel/text/tokenizer.js';
import { expectInvariants } from '../../support/concurrency/invariants.js';
import { createDatabase } from '../../support/environment/test-database.js';
import { expectData, restTransport } from '../../support/clients/transports.js';
import { query } from '../../support/servers/embedded-postgres-fixture.js';
import { startNode } from '../../support/servers/server-nodes.js';
import { createUser } from '../../support/servers/test-server.js';
import { waitUntil } from '../../support/environment/wait-until.js';
import {
  findAllMessageIds,
  findMessageIds,
  waitUntilIndexed,
} from '../../support/features/search-commands.js';

describe('A message', () => {
  it('sent without a running indexer is found after its start', async () => {
    const database = await createDatabase();
    const before = await startNode(database);
    const [alice, bob] = [await createUser(before, 'alice'), await createUser(before, 'bob')];
    const { id: conversationId } = await expectData(
      restTransport(before.url, alice.token).request(createConversation, { type: 'dm', memberIds: [bob.id] }),
    );
    await before.stop();
    await query(
      database.url,
      `SELECT append_message(gen_random_uuid(), '${conversationId}', '${alice.id}', 'text', 'Left ' || n,
         NULL, NULL, NULL, NULL, NULL, 'c' || n) FROM generate_series(1, 250) n;
       INSERT INTO search_index_queue SELECT gen_random_uuid() FROM generate_series(1, 250)`,
    );

    const [one, other] = [await startNode(database), await startNode(database)];
    const rest = restTransport(other.url, bob.token);
    await waitUntilIndexed((text) => query(database.url, text));
    expect(await findAllMessageIds({ rest }, { q: 'left' })).toHaveLength(250);
    expect(await findMessageIds({ rest }, { q: 'left 177' })).toHaveLength(1);
    const sql = new Client({ connectionString: database.url });
    await sql.connect();
    await expectInvariants(sql);
    const termsQuery = `SELECT terms = array_to_tsvector(ARRAY(SELECT search_prefix(conversation_id, 0) || term FROM unnest($1::text[]) term)) AS is_equal FROM message_search WHERE seq = 7`;
    expect((await sql.query(termsQuery, [tokenize('Left 7')])).rows).toEqual([{ is_equal: true }]);
    await sql.end();
    await one.stop();
    await other.stop();
    await database.drop();
  });

  it('is found after an outage of the database', async () => {
    const database = await createDatabase();
    const node = await startNode(database);
    const [alice, bob] = [await createUser(node, 'alice'), await createUser(node, 'bob')];
    const rest = restTransport(node.url, alice.token);
    const { id: conversationId } = await expectData(
      rest.request(createConversation, { type: 'dm', memberIds: [bob.id] }),
    );
    await query(
      database.ownerUrl,
      'REVOKE SELECT ON search_index_queue FROM messaging_app; REVOKE DELETE ON search_index_queue FROM messaging_app',
    );
    const claims = jest.spyOn(node.app.get(IndexerRepository), 'claimQueueEntries');
    const { id } = await expectData(rest.request(sendMessage, { conversationId, content: 'All the same' }));
    await waitUntil(() => claims.mock.results.length > 0);
    await expect(claims.mock.results[0]!.value).rejects.toThrow('permission denied');
    claims.mockRestore();
    await query(database.ownerUrl, 'GRANT SELECT, DELETE ON search_index_queue TO messaging_app');
    await waitUntilIndexed((text) => query(database.ownerUrl, text));
    expect(await findMessageIds({ rest }, { q: 'same' })).toEqual([id]);
    await node.stop();
    await database.drop();
  });
});
