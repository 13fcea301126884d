import type { Client } from 'pg';
import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';
import { connect, runAndRollBack } from '../support/database/sql.js';
import { ANN, BOB, CAM, insertSampleRows, GROUP, id } from '../support/database/sample-rows.js';

interface ReadState {
  read: number;
  delivered: number;
  unreadFrom: number | null;
}

interface UpdateResult extends ReadState {
  outcome: string;
  unread: number;
  /** Account version increments caused by the update. */
  counted: number;
}

/** The group has 8 messages: 1 and 5 by bob, 8 in a thread. So 2, 3, 4, 6 and 7 can be unread for bob. */
describe('update_read_state', () => {
  let database: TestDatabase;
  let application: Client;

  beforeAll(async () => {
    database = await createDatabase();
    application = await connect(database.url);
    await insertSampleRows(application);
    await application.query('UPDATE conversations SET last_main_seq = 7 WHERE id = $1', [GROUP]);
  });
  afterAll(async () => {
    await application.end();
    await database.drop();
  });

  it.each<[string, { from?: Partial<ReadState>; command: string; seq: number }, Partial<UpdateResult>]>([
    [
      'reads up to a message: the delivered position follows',
      { command: 'read', seq: 3 },
      { outcome: 'updated', read: 3, delivered: 3, unread: 3, counted: 1 },
    ],
    [
      'reads beyond the newest: the newest',
      { command: 'read', seq: 99 },
      { outcome: 'updated', read: 8, delivered: 8, unread: 0, counted: 1 },
    ],
    [
      'never reads backwards',
      { from: { read: 5, delivered: 7 }, command: 'read', seq: 3 },
      { outcome: 'unchanged', read: 5, delivered: 7, unread: 2, counted: 0 },
    ],
    [
      'moves the delivered position without counting the change',
      { from: { read: 2, delivered: 2 }, command: 'delivered', seq: 6 },
      { outcome: 'unchanged', read: 2, delivered: 6, unread: 4, counted: 0 },
    ],
    [
      'never moves the delivered position backwards, nor beyond the newest',
      { from: { read: 2, delivered: 8 }, command: 'delivered', seq: 99 },
      { outcome: 'unchanged', read: 2, delivered: 8, counted: 0 },
    ],
    [
      'marks as unread: the receipts stay',
      { from: { read: 7, delivered: 7 }, command: 'unread', seq: 4 },
      { outcome: 'updated', read: 7, delivered: 7, unreadFrom: 4, unread: 3, counted: 1 },
    ],
    [
      'marks as unread twice, and counts one change',
      { from: { read: 7, delivered: 7, unreadFrom: 4 }, command: 'unread', seq: 4 },
      { outcome: 'unchanged', unreadFrom: 4, unread: 3, counted: 0 },
    ],
    [
      'marks nothing as unread where nothing is read',
      { from: { read: 3, delivered: 3 }, command: 'unread', seq: 4 },
      { outcome: 'unchanged', read: 3, unreadFrom: null, unread: 3, counted: 0 },
    ],
    [
      'removes the mark as unread with any read',
      { from: { read: 7, delivered: 7, unreadFrom: 4 }, command: 'read', seq: 1 },
      { outcome: 'updated', read: 7, unreadFrom: null, unread: 0, counted: 1 },
    ],
    [
      'keeps the mark as unread on a delivery',
      { from: { read: 5, delivered: 5, unreadFrom: 2 }, command: 'delivered', seq: 8 },
      { outcome: 'unchanged', delivered: 8, unreadFrom: 2, unread: 5, counted: 0 },
    ],
  ])('%s', async (_, { from, command, seq }, expected) => {
    await runAndRollBack(application, async () => {
      await application.query(
        `UPDATE conversation_members SET last_read_seq = $3, last_delivered_seq = $4, unread_from_seq = $5
         WHERE conversation_id = $1 AND user_id = $2`,
        [GROUP, BOB, from?.read ?? 0, from?.delivered ?? 0, from?.unreadFrom ?? null],
      );
      const result = await updateReadState(BOB, command, seq);
      expect(result).toMatchObject(expected);
      expect(await stored(BOB)).toEqual({
        read: result.read,
        delivered: result.delivered,
        unreadFrom: result.unreadFrom,
      });
    });
  });

  it('answers not_found to a non-member and for an unknown conversation', async () => {
    expect((await updateReadState(CAM, 'read', 1)).outcome).toBe('not_found');
    expect((await updateReadState(BOB, 'read', 1, id(999))).outcome).toBe('not_found');
  });

  it('answers unauthenticated to an inactive user', async () => {
    await runAndRollBack(application, async () => {
      await application.query('UPDATE users SET is_active = false WHERE id = $1', [BOB]);
      expect((await updateReadState(BOB, 'read', 1)).outcome).toBe('unauthenticated');
    });
  });

  it('changes no other membership', async () => {
    await runAndRollBack(application, async () => {
      const before = await stored(ANN);
      await updateReadState(BOB, 'read', 8);
      expect(await stored(ANN)).toEqual(before);
    });
  });

  async function updateReadState(
    userId: string,
    command: string,
    seq: number,
    conversationId = GROUP,
  ): Promise<UpdateResult> {
    const before = await counter(userId);
    const { rows } = await application.query<UpdateResult>(
      `SELECT outcome, unread::int, (member).last_read_seq::int AS read, (member).last_delivered_seq::int AS delivered,
         (member).unread_from_seq::int AS "unreadFrom" FROM update_read_state($1, $2, $3, $4, 100)`,
      [conversationId, userId, command, seq],
    );
    return { ...rows[0]!, counted: (await counter(userId)) - before };
  }

  async function stored(userId: string): Promise<ReadState> {
    const { rows } = await application.query<ReadState>(
      `SELECT last_read_seq::int AS read, last_delivered_seq::int AS delivered, unread_from_seq::int AS "unreadFrom"
       FROM conversation_members WHERE conversation_id = $1 AND user_id = $2`,
      [GROUP, userId],
    );
    return rows[0]!;
  }

  async function counter(userId: string): Promise<number> {
    const { rows } = await application.query<{ me: number }>(
      'SELECT account_version::int AS me FROM users WHERE id = $1',
      [userId],
    );
    return rows[0]!.me;
  }
});
