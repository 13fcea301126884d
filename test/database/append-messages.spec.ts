import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';
import { connect, queryNumber, type Row } from '../support/database/sql.js';
import { ANN, BOB, CAM, DM, insertSampleRows, GROUP, HELLO, id } from '../support/database/sample-rows.js';
import { waitUntil } from '../support/environment/wait-until.js';

interface Appended {
  outcome: string;
  message: (Row & { seq: number; version: number }) | null;
  reply: Row | null;
}

/**
 * Rules that concern several messages. The rules of a single message are those of append_message, a call with
 * one item.
 */
describe('append_messages', () => {
  let database: TestDatabase;
  let application: Client;

  beforeAll(async () => {
    database = await createDatabase();
    application = await connect(database.url);
    await insertSampleRows(application);
  });
  afterAll(async () => {
    await application.end();
    await database.drop();
  });

  it('appends each message in its order and by its own rules', async () => {
    const before = { group: await lastSeq(GROUP), dm: await lastSeq(DM) };
    const all = await append([
      { content: 'One', clientId: 'many' },
      { to: DM, content: 'Elsewhere' },
      { content: 'Two', replyToId: HELLO },
      { by: CAM },
      { content: 'One again', clientId: 'many' },
      { by: BOB, content: 'Three', clientId: 'many' },
      { content: 'In a thread', threadRootId: HELLO },
      { content: 'No such reply', replyToId: id(999) },
    ]);
    expect(all.map(({ outcome, message }) => [outcome, message?.content, message?.seq])).toEqual([
      ['created', 'One', before.group + 1],
      ['created', 'Elsewhere', before.dm + 1],
      ['created', 'Two', before.group + 2],
      ['not_found', undefined, undefined],
      ['busy', undefined, undefined],
      ['created', 'Three', before.group + 3],
      ['created', 'In a thread', before.group + 4],
      ['reply_not_found', undefined, undefined],
    ]);
    expect(all[2]!.reply?.id).toBe(HELLO);
    const versions = all.flatMap(({ message }) =>
      message?.conversation_id === GROUP ? [message.version] : [],
    );
    expect(versions).toEqual([0, 1, 2, 3].map((nth) => versions[0]! + nth));
    expect(
      await queryNumber(application, 'SELECT last_main_seq FROM conversations WHERE id = $1', [GROUP]),
    ).toBe(before.group + 3);
    const [again] = await append([{ content: 'One again', clientId: 'many' }]);
    expect([again!.outcome, again!.message]).toEqual(['duplicate', all[0]!.message]);
  });

  it('appends no message when the database rejects one', async () => {
    const before = await lastSeq(GROUP);
    await expect(append([{}, { content: 'x'.repeat(10_001) }, { to: DM }])).rejects.toMatchObject({
      constraint: 'messages_content_check',
    });
    expect(await lastSeq(GROUP)).toBe(before);
  });

  it('answers busy for a conversation locked by another transaction, unless it may wait', async () => {
    const other = await connect(database.url);
    await other.query('BEGIN');
    await other.query('SELECT FROM conversations WHERE id = $1 FOR NO KEY UPDATE', [DM]);
    const all = await append([{}, { to: DM }, { to: id(999) }], false);
    expect(all.map(({ outcome }) => outcome)).toEqual(['created', 'busy', 'busy']);
    const waiting = append([{ to: DM }]);
    const waitingQuery = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await waitUntil(async () => (await queryNumber(other, waitingQuery)) === 1);
    await other.end();
    expect((await waiting)[0]!.outcome).toBe('created');
  });

  interface Message {
    to?: string;
    by?: string;
    content?: string;
    replyToId?: string;
    threadRootId?: string;
    clientId?: string;
  }

  async function append(all: Message[], wait = true): Promise<Appended[]> {
    const messages = all.map(({ to = GROUP, by = ANN, content = 'Hello', ...rest }) => ({
      id: randomUUID(),
      conversationId: to,
      senderId: by,
      type: 'text',
      content,
      ...rest,
    }));
    const { rows } = await application.query<Appended>(
      `SELECT outcome, to_jsonb(message) AS message, to_jsonb(reply) AS reply
       FROM append_messages($1, $2) ORDER BY ordinal`,
      [JSON.stringify(messages), wait],
    );
    return rows;
  }

  function lastSeq(conversationId: string): Promise<number> {
    return queryNumber(application, 'SELECT last_seq FROM conversations WHERE id = $1', [conversationId]);
  }
});
