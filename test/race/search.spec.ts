import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { deleteMessage, editMessage, sendMessage } from '../../src/modules/messages/messages.contract.js';
import { IndexerRepository } from '../../src/modules/search/indexer.repository.js';
import { searchMessages } from '../../src/modules/search/search.contract.js';
import { tokenize, toPrefixQuery } from '../../src/kernel/text/tokenizer.js';
import { runConcurrently, raceCalls, RaceFixture, runRounds } from '../support/concurrency/race-fixture.js';
import { clientDatabase, connect, queryTexts } from '../support/database/sql.js';
import { insertSampleRows, GROUP, HELLO, REPLY } from '../support/database/sample-rows.js';
import { counts } from '../support/environment/counts.js';
import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';
import { expectData } from '../support/clients/transports.js';
import { waitUntil } from '../support/environment/wait-until.js';

/** Typical delay until a message is indexed. */
const READ_MS = 100;

jest.setTimeout(Math.max(60_000, counts.raceRounds * 6_000));

describe('The indexing of a message', () => {
  let database: TestDatabase;
  let reader: Client;
  let other: Client;
  let indexer: IndexerRepository;

  beforeEach(async () => {
    database = await createDatabase();
    [reader, other] = [await connect(database.url), await connect(database.url)];
    await insertSampleRows(other);
    await other.query('DELETE FROM message_search');
    indexer = new IndexerRepository(clientDatabase(reader));
  });
  afterEach(async () => {
    await reader.end();
    await other.end();
    await database.drop();
  });

  /** The two steps of a batch; the test acts between them. */
  async function begin(): Promise<() => Promise<number>> {
    await reader.query('BEGIN');
    const claimed = await indexer.claimQueueEntries(100, []);
    const read = await indexer.listUnindexed(claimed);
    return async () => {
      const indexed = read.map(({ content, filenames: _filenames, ...message }) => ({
        ...message,
        terms: tokenize(content ?? ''),
      }));
      await indexer.upsertIndex(indexed);
      await indexer.upsertBlocks(indexed);
      const count = await indexer.deleteProcessedQueueEntries(claimed);
      await reader.query('COMMIT');
      return count;
    };
  }

  const found = async (...words: string[]): Promise<string[]> =>
    queryTexts(
      other,
      `SELECT message_id FROM message_search WHERE terms @@ replace($2, '_', search_prefix($1, 0))::tsquery ORDER BY 1`,
      [GROUP, toPrefixQuery(words, '_')],
    );
  const noted = (): Promise<string[]> =>
    queryTexts(other, 'SELECT message_id FROM search_index_queue ORDER BY 1');
  const isWaiting = (): Promise<number> =>
    waitUntil(async () => {
      const waitingQuery = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return (await reader.query(waitingQuery)).rowCount === 1;
    });

  it.each([
    ['is deleted', 'content = NULL, deleted_at = now()', [], false],
    ['is edited', `content = 'Good day'`, [HELLO], true],
  ])('is waited for by a change of the text: it %s', async (_title, change, later, isNoted) => {
    const finish = await begin();
    const changed = other.query(`UPDATE messages SET ${change} WHERE id = '${HELLO}'`);
    await isWaiting();
    await finish();
    await changed;
    expect(await found('hello')).toEqual([]);
    expect(await found('hi')).toEqual([REPLY]);
    expect((await noted()).includes(HELLO)).toBe(isNoted);
    await (
      await begin()
    )();
    expect([await found('good', 'day'), await noted()]).toEqual([later, []]);
  });

  it('delays no other change', async () => {
    const finish = await begin();
    await other.query(`SET lock_timeout = '1 s'`);
    await other.query(
      `UPDATE messages SET version = 9, reactions = '[]', pinned_at = now() WHERE id = '${HELLO}'`,
    );
    await other.query(`UPDATE conversations SET version = version + 1, last_seq = last_seq + 1`);
    expect(await finish()).toBe(3);
    expect(await found('hello')).toEqual([HELLO]);
  });

  it.each([
    ['commits', 'COMMIT', []],
    ['rolls back', 'ROLLBACK', [HELLO]],
  ])('skips a message during its deletion, which %s', async (_title, end, later) => {
    await other.query(`BEGIN; UPDATE messages SET content = NULL, deleted_at = now() WHERE id = '${HELLO}'`);
    expect(await (await begin())()).toBe(2);
    await other.query(end);
    expect(await found('hello')).toEqual([]);
    await (
      await begin()
    )();
    expect([await found('hello'), await noted()]).toEqual([later, []]);
  });

  it.each([
    ['commits', 'COMMIT', []],
    ['rolls back', 'ROLLBACK', [HELLO]],
  ])('skips a conversation during its deletion, which %s', async (_title, end, later) => {
    await other.query(`BEGIN; DELETE FROM conversations WHERE id = '${GROUP}'`);
    expect(await (await begin())()).toBe(0);
    await other.query(end);
    expect(await (await begin())()).toBe(3);
    expect([await found('hello'), await noted()]).toEqual([later, []]);
  });
});

describe('32 callers at once, with two indexing nodes,', () => {
  let fixture: RaceFixture;
  beforeAll(async () => {
    fixture = await RaceFixture.create(2);
  });
  afterAll(() => fixture.stop());

  it('send, edit and delete: a search finds the final texts', async () => {
    const { alice, bob } = fixture;
    await runRounds(counts.raceRounds, async (round) => {
      const conversationId = await fixture.replaceGroup(alice, [bob]);
      await runConcurrently(raceCalls(alice, bob), async ({ transport, index }) => {
        const content = `round${round} said${index % 3}`;
        const { id: messageId } = await expectData(
          transport.request(sendMessage, { conversationId, content }),
        );
        await sleep(Math.random() * READ_MS);
        if (index % 3 === 1)
          await expectData(transport.request(editMessage, { messageId, content: `round${round} edited` }));
        if (index % 3 === 2) await expectData(transport.request(deleteMessage, { messageId }));
      });
      await fixture.expectConsistent();
      const last = `SELECT FROM search_index_queue JOIN messages ON id = message_id`;
      await waitUntil(async () => (await fixture.sql.query(last)).rowCount === 0);
      const found = async (q: string): Promise<number> =>
        (
          await expectData(
            alice.transports[0]!.request(searchMessages, { q: `round${round} ${q}`, limit: 50 }),
          )
        ).items.length;
      const numbers = [
        await found('said0'),
        await found('said1'),
        await found('said2'),
        await found('edited'),
      ];
      expect(numbers).toEqual([11, 0, 0, 11]);
      const { rows } = await fixture.sql.query<{ id: string; content: string; is_equal: boolean }>(
        'SELECT id, content FROM messages ORDER BY seq',
      );
      for (const { id, content } of rows) {
        const termsQuery = `SELECT terms = array_to_tsvector(ARRAY(SELECT search_prefix(conversation_id, search_block(seq)) || term FROM unnest($2::text[]) term)) AS is_equal FROM message_search WHERE message_id = $1`;
        const { rows: found } = await fixture.sql.query(termsQuery, [id, tokenize(content ?? '')]);
        expect(found).toEqual(content === null ? [] : [{ is_equal: true }]);
      }
    });
    await fixture.expectConsistent();
  });
});
