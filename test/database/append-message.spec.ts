import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';
import { connect, insertRow, queryNumber, type Row, runAndRollBack } from '../support/database/sql.js';
import {
  ANN,
  BOB,
  CAM,
  DM,
  insertSampleRows,
  GROUP,
  HELLO,
  IN_THREAD,
  id,
} from '../support/database/sample-rows.js';
import { waitUntil } from '../support/environment/wait-until.js';

const SENDS = 300;
/** Enough to fill several pages. */
const CONVERSATIONS = 100;
const HOT_SHARE = 0.99;
/**
 * A long transaction of another test on the same PostgreSQL keeps dead rows, and full pages allow no HOT
 * update: the measurement is repeated.
 */
const ROUNDS = 50;

const UNAVAILABLE = { outcome: 'unavailable', members_version: null, message: null, reply: null };

interface Appended {
  outcome: string;
  members_version: number | null;
  message: Row | null;
  reply: Row | null;
}

describe('append_message', () => {
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

  it('assigns the next seq and version, last_main_seq and the members version', async () => {
    const before = await conversation(GROUP);
    const { outcome, members_version, message } = await append({ content: 'One', metadata: { a: 1 } });
    const after = await conversation(GROUP);
    expect([outcome, members_version]).toEqual(['created', before.members_version]);
    expect(message).toMatchObject({
      conversation_id: GROUP,
      seq: before.last_seq + 1,
      version: before.version + 1,
      sender_id: ANN,
      type: 'text',
      content: 'One',
      metadata: { a: 1 },
    });
    expect(after).toEqual({
      ...before,
      last_seq: before.last_seq + 1,
      last_main_seq: before.last_seq + 1,
      version: before.version + 1,
      last_activity_at: message?.created_at,
    });
  });

  it.each([
    ['a system message', { type: 'system', content: null }],
    ['a thread reply', { threadRootId: HELLO }],
  ])('increments seq and version but not last_main_seq for %s', async (_, message) => {
    const before = await conversation(GROUP);
    const { outcome } = await append(message);
    const after = await conversation(GROUP);
    expect(outcome).toBe('created');
    expect([after.last_seq, after.version, after.last_main_seq]).toEqual([
      before.last_seq + 1,
      before.version + 1,
      before.last_main_seq,
    ]);
  });

  it('answers a retry with the first message and its reply, without changes', async () => {
    const first = await append({ clientId: 'retry', replyToId: HELLO });
    expect([first.outcome, first.reply?.id]).toEqual(['created', HELLO]);
    const before = await conversation(GROUP);
    const again = await append({ clientId: 'retry', content: 'Something else' });
    expect(again).toEqual({
      outcome: 'duplicate',
      members_version: null,
      message: first.message,
      reply: first.reply,
    });
    expect(await conversation(GROUP)).toEqual(before);
  });

  it('answers client_id_reused when the clientId belongs to another conversation', async () => {
    await append({ clientId: 'elsewhere' });
    expect((await append({ clientId: 'elsewhere', to: DM })).outcome).toBe('client_id_reused');
  });

  it('keeps equal client ids of two users apart', async () => {
    expect((await append({ clientId: 'both' })).outcome).toBe('created');
    expect((await append({ clientId: 'both', by: BOB })).outcome).toBe('created');
  });

  it('answers not_found to a non-member and for an unknown conversation', async () => {
    expect((await append({ by: CAM })).outcome).toBe('not_found');
    expect((await append({ to: id(999) })).outcome).toBe('not_found');
  });

  it('answers unauthenticated to an inactive sender', async () => {
    await whileApplied('UPDATE users SET is_active = false WHERE id = $1', [ANN], async () => {
      expect((await append({})).outcome).toBe('unauthenticated');
    });
  });

  it('answers blocked_by_you in a DM with a user blocked by the sender', async () => {
    await whileApplied('INSERT INTO user_blocks VALUES ($1, $2)', [ANN, BOB], async () => {
      expect((await append({ to: DM })).outcome).toBe('blocked_by_you');
      expect((await append({ to: GROUP })).outcome).toBe('created');
    });
  });

  it('answers unavailable both for a DM with a user that blocked the sender and with an inactive user', async () => {
    await whileApplied('INSERT INTO user_blocks VALUES ($2, $1)', [ANN, BOB], async () => {
      expect(await append({ to: DM })).toEqual(UNAVAILABLE);
      expect((await append({ to: GROUP })).outcome).toBe('created');
    });
    await whileApplied('UPDATE users SET is_active = false WHERE id = $1', [BOB], async () => {
      expect(await append({ to: DM })).toEqual(UNAVAILABLE);
    });
  });

  it('answers a retry of a message sent before the block with that message', async () => {
    const first = await append({ to: DM, clientId: 'before' });
    await whileApplied('INSERT INTO user_blocks VALUES ($2, $1)', [ANN, BOB], async () => {
      const again = await append({ to: DM, clientId: 'before' });
      expect([again.outcome, again.message]).toEqual(['duplicate', first.message]);
    });
  });

  it('answers reply_not_found for an unknown message and for a message of another conversation', async () => {
    expect((await append({ replyToId: id(999) })).outcome).toBe('reply_not_found');
    expect((await append({ to: DM, replyToId: IN_THREAD })).outcome).toBe('reply_not_found');
  });

  it('updates conversations in place (HOT)', async () => {
    const conversations = Array.from({ length: CONVERSATIONS }, () => randomUUID());
    for (const place of conversations) {
      await insertRow(application, 'conversations', {
        id: place,
        type: 'group',
        title: 'Hot',
        created_by: ANN,
      });
      await insertRow(application, 'conversation_members', { conversation_id: place, user_id: ANN });
    }
    let share = 0;
    for (let round = 0; round < ROUNDS && share < HOT_SHARE; round++) {
      await waitUntilIdle();
      const before = await updates();
      for (let sent = 0; sent < SENDS; sent++) await append({ to: conversations[sent % CONVERSATIONS] });
      const after = await updates();
      expect(after.all - before.all).toBe(SENDS);
      share = (after.hot - before.hot) / SENDS;
    }
    expect(share).toBeGreaterThanOrEqual(HOT_SHARE);
  });

  interface Message {
    to?: string;
    by?: string;
    type?: string;
    content?: string | null;
    metadata?: Row;
    replyToId?: string;
    threadRootId?: string;
    clientId?: string;
  }

  async function append(message: Message): Promise<Appended> {
    const { to = GROUP, by = ANN, type = 'text', content = 'Hello', metadata = null } = message;
    const { rows } = await application.query<Appended>(
      `SELECT outcome, members_version::int, to_jsonb(message) AS message, to_jsonb(reply) AS reply
       FROM append_message($1, $2, $3, $4, $5, NULL, NULL, $6, $7, $8, $9)`,
      [
        randomUUID(),
        to,
        by,
        type,
        content,
        metadata,
        message.replyToId,
        message.threadRootId,
        message.clientId,
      ],
    );
    if (!rows[0]) throw new Error('append_message answered nothing.');
    return rows[0];
  }

  type Counters = Record<Counter, number> & { last_activity_at: string };

  async function conversation(key: string): Promise<Counters> {
    const { rows } = await application.query<Counters>(
      `SELECT first_seq::int, last_seq::int, last_main_seq::int, version::int, members_version::int,
         to_jsonb(last_activity_at) AS last_activity_at
       FROM conversations WHERE id = $1`,
      [key],
    );
    if (!rows[0]) throw new Error(`No conversation ${key}.`);
    return rows[0];
  }

  /** Runs a preparation and the work in one transaction and rolls it back. */
  function whileApplied(sql: string, parameters: unknown[], work: () => Promise<void>): Promise<void> {
    return runAndRollBack(application, async () => {
      await application.query(sql, parameters);
      await work();
    });
  }

  /** Waits (at most 2 s) until no writing transaction is running in any database of the PostgreSQL server. */
  async function waitUntilIdle(): Promise<void> {
    const running = `SELECT count(*) FROM pg_snapshot_xip(pg_current_snapshot())`;
    await waitUntil(async () => (await queryNumber(application, running)) === 0, { within: 2_000 }).catch(
      () => undefined,
    );
  }

  async function updates(): Promise<{ all: number; hot: number }> {
    await application.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await application.query<{ all: number; hot: number }>(
      `SELECT n_tup_upd::int AS "all", n_tup_hot_upd::int AS hot FROM pg_stat_user_tables WHERE relname = 'conversations'`,
    );
    return rows[0] ?? { all: 0, hot: 0 };
  }
});

type Counter = 'first_seq' | 'last_seq' | 'last_main_seq' | 'version' | 'members_version';
