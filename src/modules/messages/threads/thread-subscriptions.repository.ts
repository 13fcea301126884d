import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { MessageRow } from '../dto/message.dto.js';
import type { ThreadSubscriptionRow } from './dto/thread-subscription.dto.js';

/** Some of the threads that somebody follows, by their newest reply. */
export interface PageOfThreads {
  userId: string;
  filter: 'all' | 'unread';
  before: { at: Date; id: string };
  limit: number;
}

export type ListedThreadRow = ThreadSubscriptionRow & { last_reply_id: string | null; at: Date };

/** The thread of a message for somebody, and what is unread in it: looked for only where something can be. */
const COUNTED = `JOIN conversations c ON c.id = root.conversation_id
  LEFT JOIN LATERAL unread_reply_count(f.thread_root_id, f.user_id, f.last_read_seq) counted
    ON f.following AND root.thread_last_reply_seq > f.last_read_seq`;
const FOLLOWED = `thread_subscriptions f JOIN messages root ON root.id = f.thread_root_id ${COUNTED}`;
const MINE = `root.conversation_id, c.version AS conversation_version, root.id AS thread_root_id,
  coalesce(f.following, false) AS following, coalesce(f.last_read_seq, 0) AS last_read_seq,
  coalesce(counted.unread, 0) AS unread, coalesce(f.version, 0) AS version`;

/** The counter of $1 after a change of theirs, if there was one; who changes anything has locked them. */
const COUNT = 'SELECT user_id FROM increment_account_versions(ARRAY(SELECT user_id FROM changed))';

/** What threads are to people. Each change is one more of their counter `me`. */
@Injectable()
export class ThreadSubscriptionsRepository {
  constructor(private readonly database: Database) {}

  /** Everything so far is read. True when this changed anything. */
  follow(userId: string, threadRootId: string): Promise<boolean> {
    return this.set(userId, threadRootId, true);
  }

  unfollow(userId: string, threadRootId: string): Promise<boolean> {
    return this.set(userId, threadRootId, false);
  }

  /** True when this moved the mark. */
  async read(userId: string, threadRootId: string, seq: number): Promise<boolean> {
    const moved = await this.database.queryOne(
      `WITH changed AS (
         UPDATE thread_subscriptions f SET last_read_seq = least($3, root.thread_last_reply_seq), version = u.account_version + 1
         FROM messages root, users u
         WHERE f.thread_root_id = $2 AND f.user_id = $1 AND f.following AND root.id = $2 AND u.id = $1
           AND f.last_read_seq < least($3, root.thread_last_reply_seq)
         RETURNING f.user_id
       ) ${COUNT}`,
      [userId, threadRootId, seq],
    );
    return moved !== null;
  }

  /** All replies in all threads, as so many changes of theirs; true when this changed anything. */
  async readAll(userId: string, changes: 0 | 1): Promise<boolean> {
    const changed = await this.database.queryOne(
      `WITH changed AS (
         UPDATE thread_subscriptions f SET last_read_seq = root.thread_last_reply_seq, version = u.account_version + $2
         FROM messages root, users u
         WHERE f.user_id = $1 AND f.following AND root.id = f.thread_root_id AND u.id = $1
           AND f.last_read_seq < root.thread_last_reply_seq
         RETURNING f.user_id
       ) SELECT user_id FROM increment_account_versions(ARRAY(SELECT user_id FROM changed), $2)`,
      [userId, changes],
    );
    return changed !== null;
  }

  /**
   * Locks those of these people, and the author of the root, who are there and have never had to do with the thread; and
   * one more, who is locked for something else.
   */
  async lockNew(threadRootId: string, userIds: readonly string[], oneMore?: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM users WHERE id = $3 OR id IN (
         SELECT m.user_id FROM messages root
         JOIN conversation_members m ON m.conversation_id = root.conversation_id
           AND m.user_id = ANY (root.sender_id || $2::uuid[])
         WHERE root.id = $1
           AND NOT EXISTS (SELECT FROM thread_subscriptions f WHERE f.thread_root_id = $1 AND f.user_id = m.user_id)
       ) ORDER BY id FOR NO KEY UPDATE`,
      [threadRootId, userIds, oneMore],
    );
    return rows.map(({ id }) => id);
  }

  /** Those of these locked people who still never had to do with it; to them, all that was before the reply is read. */
  async begin(
    threadRootId: string,
    { conversation_id, seq, sender_id }: Pick<MessageRow, 'conversation_id' | 'seq' | 'sender_id'>,
    userIds: readonly string[],
  ): Promise<string[]> {
    const rows = await this.database.query<{ user_id: string }>(
      `WITH begun AS (
         INSERT INTO thread_subscriptions (thread_root_id, user_id, conversation_id, following, last_read_seq, version)
         SELECT $1, id, $2, true, CASE WHEN id = $4 THEN $3::bigint ELSE $3::bigint - 1 END, account_version + 1
         FROM users WHERE id = ANY ($5::uuid[])
         ON CONFLICT DO NOTHING RETURNING user_id
       )
       SELECT user_id FROM increment_account_versions(ARRAY(SELECT user_id FROM begun))`,
      [threadRootId, conversation_id, seq, sender_id, userIds],
    );
    return rows.map(({ user_id }) => user_id);
  }

  /** What it is to each of these people. */
  of(
    threadRootId: string,
    userIds: readonly string[],
  ): Promise<(ThreadSubscriptionRow & { user_id: string })[]> {
    return this.database.query(
      `SELECT ${MINE}, person.id AS user_id FROM messages root CROSS JOIN unnest($2::uuid[]) AS person (id)
       LEFT JOIN thread_subscriptions f ON f.thread_root_id = root.id AND f.user_id = person.id ${COUNTED}
       WHERE root.id = $1`,
      [threadRootId, userIds],
    );
  }

  /**
   * What has changed for this person after a value of their counter, in its order; what one value changed comes whole.
   * Who has nothing yet needs none of what they do not follow.
   */
  changedAfter(userId: string, after: number, limit: number): Promise<ThreadSubscriptionRow[]> {
    return this.database.query(
      `SELECT ${MINE} FROM ${FOLLOWED} WHERE f.user_id = $1 AND f.version > $2 AND ($2 > 0 OR f.following)
       ORDER BY f.version FETCH FIRST $3 ROWS WITH TIES`,
      [userId, after, limit],
    );
  }

  /** Of those in each conversation that have changed there after a version. */
  inConversations(
    userId: string,
    since: readonly { id: string; version: number }[],
  ): Promise<ThreadSubscriptionRow[]> {
    return this.database.query(
      `SELECT ${MINE} FROM unnest($2::uuid[], $3::bigint[]) AS since (id, version)
       JOIN thread_subscriptions f ON f.conversation_id = since.id AND f.user_id = $1 AND f.following
       JOIN messages root ON root.id = f.thread_root_id AND root.version > since.version ${COUNTED}`,
      [userId, since.map(({ id }) => id), since.map(({ version }) => version)],
    );
  }

  page({ userId, filter: show, before, limit }: PageOfThreads): Promise<ListedThreadRow[]> {
    return this.database.query(
      `SELECT ${MINE}, f.last_reply_id, f.at FROM (
         SELECT f.*, last.id AS last_reply_id, newest.at
         FROM thread_subscriptions f JOIN messages root ON root.id = f.thread_root_id
         LEFT JOIN messages last ON last.conversation_id = f.conversation_id AND last.seq = root.thread_last_reply_seq
         CROSS JOIN LATERAL (SELECT coalesce(last.created_at, root.created_at) AS at) newest
         WHERE f.user_id = $1 AND f.following
           AND ($2 = 'all' OR root.thread_last_reply_seq > f.last_read_seq
             AND (SELECT unread FROM unread_reply_count(f.thread_root_id, f.user_id, f.last_read_seq)) > 0)
           AND (newest.at, f.thread_root_id) < ($3, $4)
         ORDER BY newest.at DESC, f.thread_root_id DESC LIMIT $5
       ) f JOIN messages root ON root.id = f.thread_root_id ${COUNTED}
       ORDER BY f.at DESC, f.thread_root_id DESC`,
      [userId, show, before.at, before.id, limit],
    );
  }

  /** Where something is unread, the newest reply first. */
  unread(userId: string): Promise<{ conversation_id: string; thread_root_id: string; unread: number }[]> {
    return this.database.query(
      `SELECT f.conversation_id, f.thread_root_id, counted.unread FROM ${FOLLOWED}
       WHERE f.user_id = $1 AND counted.unread > 0 ORDER BY c.last_activity_at DESC, c.id DESC, root.thread_last_reply_seq DESC`,
      [userId],
    );
  }

  private async set(userId: string, threadRootId: string, following: boolean): Promise<boolean> {
    const changed = await this.database.queryOne(
      `WITH changed AS (
         INSERT INTO thread_subscriptions AS f (thread_root_id, user_id, conversation_id, following, last_read_seq, version)
         SELECT m.id, u.id, m.conversation_id, $3, coalesce(m.thread_last_reply_seq, 0), u.account_version + 1
         FROM messages m, users u WHERE m.id = $2 AND u.id = $1
         ON CONFLICT (thread_root_id, user_id) DO UPDATE SET
           following = excluded.following, last_read_seq = greatest(f.last_read_seq, excluded.last_read_seq),
           version = excluded.version
         WHERE f.following <> excluded.following
         RETURNING f.user_id
       ) ${COUNT}`,
      [userId, threadRootId, following],
    );
    return changed !== null;
  }
}
