import { Client } from 'pg';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import type { SearchResultPageDto } from '../../../src/modules/search/dto/search.dto.js';
import { IndexerRepository } from '../../../src/modules/search/indexer.repository.js';
import { SearchRepository } from '../../../src/modules/search/search.repository.js';
import { tokenize } from '../../../src/kernel/text/tokenizer.js';
import { expectInvariants } from '../../support/concurrency/invariants.js';
import { createDatabase } from '../../support/environment/test-database.js';
import { expectData, restTransport, type Answer } from '../../support/clients/transports.js';
import { query } from '../../support/servers/embedded-postgres-fixture.js';
import { startNode } from '../../support/servers/server-nodes.js';
import { createUser, type TestUser } from '../../support/servers/test-server.js';
import { waitUntil } from '../../support/environment/wait-until.js';
import {
  findAllMessageIds,
  findMessageIds,
  requestSearch,
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

  it('is indexed in turn, not behind those of a user who floods', async () => {
    const database = await createDatabase();
    const node = await startNode(database);
    const [alice, bob] = [await createUser(node, 'alice'), await createUser(node, 'bob')];
    const repository = node.app.get(IndexerRepository);
    const claim = repository.claimQueueEntries.bind(repository);
    let release!: () => void;
    const allSent = new Promise<void>((resolve) => (release = resolve));
    jest.spyOn(repository, 'claimQueueEntries').mockImplementation(async (...input) => {
      await allSent;
      return claim(...input);
    });
    const upserts = jest.spyOn(repository, 'upsertIndex');
    const send = async ({ token }: TestUser, content: string, count: number): Promise<string> => {
      const { request } = restTransport(node.url, token);
      const { id: conversationId } = await expectData(
        request(createConversation, { type: 'group', memberIds: [] }),
      );
      const input = { conversationId, content };
      const sent = await Promise.all(
        Array.from({ length: count }, () => expectData(request(sendMessage, input))),
      );
      return sent[0]!.id;
    };
    await send(alice, 'flood '.repeat(1_600), 6);
    const id = await send(bob, 'In between', 1);
    await send(alice, 'flood '.repeat(1_600), 6);
    release();
    await waitUntilIndexed((text) => query(database.url, text));
    const batches = upserts.mock.calls.map(([messages]) => messages).filter(({ length }) => length > 0);
    expect(batches.length).toBeGreaterThan(3);
    expect(batches.findIndex((batch) => batch.some((message) => message.id === id))).toBeLessThan(2);
    await node.stop();
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

describe('Searches', () => {
  it('of one user run one at a time and delay no other user', async () => {
    const database = await createDatabase();
    const node = await startNode(database);
    const [alice, bob] = [await createUser(node, 'alice'), await createUser(node, 'bob')];
    const repository = node.app.get(SearchRepository);
    const list = repository.listSearchBlocks.bind(repository);
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const running = jest.spyOn(repository, 'listSearchBlocks').mockImplementation(async (...input) => {
      if (input[0].userId === alice.id) await held;
      return list(...input);
    });
    const searchAs = ({ token }: TestUser): Promise<Answer<SearchResultPageDto>> =>
      requestSearch({ rest: restTransport(node.url, token) }, { q: 'any' });
    const searches = Array.from({ length: 55 }, () => searchAs(alice));
    expect(await Promise.race(searches)).toMatchObject({
      ok: false,
      error: { code: 'rate_limited', retryAfterMs: 1_000 },
    });
    expect(await searchAs(bob)).toMatchObject({ ok: true, data: { items: [] } });
    expect(running.mock.calls.filter(([{ userId }]) => userId === alice.id)).toHaveLength(1);
    release();
    const answers = await Promise.all(searches);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(51);
    await node.stop();
    await database.drop();
  });
});
