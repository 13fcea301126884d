import type { Client } from 'pg';
import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';
import { listForeignKeys, type ForeignKey } from '../support/database/catalogue.js';
import { connect, queryNumber, queryTexts, runAndRollBack } from '../support/database/sql.js';
import { TABLES } from '../support/database/expected-schema.js';
import {
  BOB,
  insertSampleRows,
  GROUP,
  id,
  IN_THREAD,
  PHOTO,
  REPLY,
  CLOSED,
} from '../support/database/sample-rows.js';

describe('Deleting with SQL', () => {
  let database: TestDatabase;
  let application: Client;
  let keys: ForeignKey[];

  beforeAll(async () => {
    database = await createDatabase();
    application = await connect(database.url);
    await insertSampleRows(application);
    keys = await listForeignKeys(application);
  });
  afterAll(async () => {
    await application.end();
    await database.drop();
  });

  it('starts from rows in all tables', async () => {
    for (const table of TABLES) {
      expect([table, await queryNumber(application, `SELECT count(*) FROM ${table}`)]).not.toEqual([
        table,
        0,
      ]);
    }
  });

  it('a user leaves no orphan rows, and rows that only refer to the user stay without the reference', async () => {
    await runAndRollBack(application, async () => {
      expect(await unused(keys, 'users', `SELECT id FROM users WHERE id = '${BOB}'`)).toEqual([]);
      await application.query('DELETE FROM users WHERE id = $1', [BOB]);
      expect(await orphans()).toEqual([]);
      expect(await queryNumber(application, 'SELECT count(*) FROM users')).toBe(3);
      expect(await queryNumber(application, `SELECT count(*) FROM conversations WHERE type = 'dm'`)).toBe(0);
      expect(await rowOf('conversations', GROUP, 'created_by')).toEqual({ created_by: null });
      expect(await rowOf('polls', CLOSED, 'closed_by')).toEqual({ closed_by: null });
      expect(await rowOf('messages', REPLY, 'pinned_by, reply_to_id')).toEqual({
        pinned_by: null,
        reply_to_id: null,
      });
      expect(await rowOf('messages', IN_THREAD, 'id')).toBeUndefined();
    });
  });

  it('a conversation deletes all rows in it and no user', async () => {
    await runAndRollBack(application, async () => {
      const chosen = `SELECT id FROM conversations WHERE id = '${GROUP}'`;
      expect(await unused(keys, 'conversations', chosen)).toEqual([]);
      await application.query('DELETE FROM conversations WHERE id = $1', [GROUP]);
      expect(await orphans()).toEqual([]);
      const left = ['users', 'refresh_tokens', 'user_blocks', 'conversations', 'conversation_members'];
      left.push(
        'attachments',
        'attachment_deletions',
        'server_secrets',
        'database_epochs',
        'server_nodes',
        'scheduled_message_deletions',
      );
      // The search worker removes queue entries without a message.
      left.push('search_index_queue');
      // delete_conversation_rows deletes the blocks of the search index.
      left.push('search_blocks');
      for (const table of TABLES) {
        const count = await queryNumber(application, `SELECT count(*) FROM ${table}`);
        expect([table, count > 0]).toEqual([table, left.includes(table)]);
      }
    });
  });

  it('100 messages leaves no orphan rows, and replies outside of the range stay', async () => {
    await runAndRollBack(application, async () => {
      await addHundredMessages();
      const chosen = 'SELECT id FROM messages WHERE seq BETWEEN 1001 AND 1100';
      expect(await unused(keys, 'messages', chosen)).toEqual([]);
      const { rowCount } = await application.query('DELETE FROM messages WHERE seq BETWEEN 1001 AND 1100');
      expect(rowCount).toBe(100);
      expect(await orphans()).toEqual([]);
      expect(await rowOf('messages', id(2001), 'reply_to_id')).toEqual({ reply_to_id: null });
      expect(await rowOf('messages', id(2002), 'id')).toBeUndefined();
    });
  });

  /**
   * Seqs 1001–1100 with rows of all tables that refer to a message, then a reply to the first and a reply in
   * the thread of the second.
   */
  async function addHundredMessages(): Promise<void> {
    await application.query(`
      INSERT INTO messages (id, conversation_id, seq, version, sender_id, content, reply_to_id, thread_root_id)
      SELECT ${idOf('n')}, '${GROUP}', n, n, '${BOB}', 'Hello ' || n,
        CASE WHEN n % 3 = 0 THEN ${idOf('n - 1')} END, CASE WHEN n % 5 = 0 THEN ${idOf('n - 2')} END
      FROM generate_series(1001, 1100) n;
      INSERT INTO messages (id, conversation_id, seq, version, sender_id, content, reply_to_id, thread_root_id)
      VALUES ('${id(2001)}', '${GROUP}', 2001, 2001, '${BOB}', 'A reply', '${id(1001)}', NULL),
        ('${id(2002)}', '${GROUP}', 2002, 2002, '${BOB}', 'In the thread', NULL, '${id(1002)}');
      INSERT INTO message_status SELECT id, '${BOB}', 'delivered', now() FROM messages WHERE seq > 1000;
      INSERT INTO attachment_links SELECT id, 0, '${PHOTO}', conversation_id FROM messages WHERE seq > 1000;
      INSERT INTO message_reactions SELECT id, '${BOB}', '👍' FROM messages WHERE seq > 1000;
      INSERT INTO message_edits SELECT id, 1, 'Before', now() FROM messages WHERE seq > 1000;
      INSERT INTO message_search SELECT id, conversation_id, seq, sender_id, type, now(), '' FROM messages WHERE seq > 1000;
      INSERT INTO message_mentions SELECT id, '${BOB}', conversation_id, seq, false FROM messages WHERE seq > 1000;
      INSERT INTO message_flags (user_id, message_id, conversation_id, seq, version)
      SELECT '${BOB}', id, conversation_id, seq, 1 FROM messages WHERE seq > 1000;
      INSERT INTO thread_subscriptions (thread_root_id, user_id, conversation_id, following, last_read_seq, version)
      SELECT id, '${BOB}', conversation_id, true, 0, 1 FROM messages WHERE seq > 1000;
      INSERT INTO drafts (user_id, draft_key, conversation_id, thread_root_id, content, reply_to_id, version)
      SELECT '${BOB}', id, conversation_id, id, 'So', id, 1 FROM messages WHERE seq > 1000;
      INSERT INTO scheduled_messages (id, sender_id, conversation_id, send_at, state, message_id, version)
      SELECT id, '${BOB}', conversation_id, now(), 'sent', id, 1 FROM messages WHERE seq > 1000;
      INSERT INTO polls (id, message_id, question) SELECT id, id, 'Which?' FROM messages WHERE seq = 1001;
      INSERT INTO calls (id, conversation_id, message_id, type, state, created_by, ring_expires_at, ended_at, end_reason)
      SELECT id, conversation_id, id, 'voice', 'ended', '${BOB}', now(), now(), 'missed' FROM messages WHERE seq = 1002`);
  }

  async function rowOf(table: string, key: string, columns: string): Promise<unknown> {
    return (await application.query(`SELECT ${columns} FROM ${table} WHERE id = $1`, [key])).rows[0];
  }

  /** Foreign keys with rows that refer to a missing row. */
  async function orphans(): Promise<string[]> {
    const statements = keys.map(({ from, columns, to, references }) => {
      const isSet = columns.map((column) => `child.${column} IS NOT NULL`).join(' AND ');
      const isMet = columns
        .map((column, place) => `child.${column} = parent.${references[place]}`)
        .join(' AND ');
      return `SELECT '${from} (${columns.join()})' FROM ${from} child
        WHERE ${isSet} AND NOT EXISTS (SELECT FROM ${to} parent WHERE ${isMet})`;
    });
    return queryTexts(application, statements.join(' UNION ALL '));
  }

  /** Foreign keys without a row that refers to one of the given rows: a delete would not test them. */
  async function unused(all: ForeignKey[], table: string, chosen: string): Promise<string[]> {
    const statements = all
      .filter(({ to, columns }) => to === table && columns.length === 1)
      .map(
        ({ from, columns }) =>
          `SELECT '${from} (${columns[0]})' WHERE NOT EXISTS (SELECT FROM ${from} WHERE ${columns[0]} IN (${chosen}))`,
      );
    return queryTexts(application, statements.join(' UNION ALL '));
  }
});

/** The id of `world.ts` with the given number, made by PostgreSQL. */
function idOf(n: string): string {
  return `('00000000-0000-7000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;
}
