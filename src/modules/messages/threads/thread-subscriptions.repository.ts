import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { MessageRow } from '../dto/message.dto.js';
import type { ThreadSubscriptionRow } from '../dto/threads.dto.js';

export interface ThreadsQuery {
  userId: string;
  filter: 'all' | 'unread';
  /** Exclusive upper bound. */
  before: { lastActivityAt: Date; id: string };
  limit: number;
}

/** Thread reply whose mentions subscribe users. */
export type MentioningReply = Pick<MessageRow, 'conversation_id' | 'seq' | 'sender_id'> & {
  thread_root_id: string;
};

interface MemberBounds {
  /** Members who joined at this seq or later are left out. */
  seq: number;
  afterUserId: string;
  maxMembers: number;
  limit: number;
}

/** Followed thread in a list. The last activity is the newest reply, or the root without replies. */
export type ThreadRow = ThreadSubscriptionRow & { last_reply_id: string | null; last_activity_at: Date };

type UnreadThreadRow = Pick<
  ThreadSubscriptionRow,
  'conversation_id' | 'thread_root_id' | 'unread' | 'mentions'
>;

/** Unread counts of subscription s. The replies are counted only after the read position of a followed thread. */
const WITH_UNREAD_COUNT = `JOIN conversations c ON c.id = root.conversation_id AND c.deleted_at IS NULL
  LEFT JOIN LATERAL unread_reply_counts(s.thread_root_id, s.user_id, s.last_read_seq) counted
    ON s.following AND root.thread_last_reply_seq > s.last_read_seq`;
const SUBSCRIPTIONS = `thread_subscriptions s JOIN messages root ON root.id = s.thread_root_id ${WITH_UNREAD_COUNT}`;
/** Columns of ThreadSubscriptionRow. */
const COLUMNS = `root.conversation_id, c.version AS conversation_version, root.id AS thread_root_id,
  coalesce(s.following, false) AS following, coalesce(s.last_read_seq, 0) AS last_read_seq,
  coalesce(counted.unread, 0) AS unread, coalesce(counted.mentions, 0) AS mentions, coalesce(s.version, 0) AS version`;

/** Increments the account version of the user in `changed`, whose row the caller has locked. */
const INCREMENT_ACCOUNT_VERSION =
  'SELECT user_id FROM increment_account_versions(ARRAY(SELECT user_id FROM changed))';

/** Thread subscriptions. Each change increments the account version of its user. */
@Injectable()
export class ThreadSubscriptionsRepository {
  constructor(private readonly database: Database) {}

  /** Marks all existing replies as read. True if this changed the subscription. */
  follow(userId: string, threadRootId: string): Promise<boolean> {
    return this.upsertFollowing(userId, threadRootId, true);
  }

  unfollow(userId: string, threadRootId: string): Promise<boolean> {
    return this.upsertFollowing(userId, threadRootId, false);
  }

  /** True if this increased the read position. Records the receipts of the replies in between. */
  async updateReadPosition(
    userId: string,
    threadRootId: string,
    seq: number,
    receiptsMaxMembers: number,
  ): Promise<boolean> {
    const row = await this.database.queryOne<{ after: number; up_to: number }>(
      `WITH changed AS (
         UPDATE thread_subscriptions s SET last_read_seq = least($3, root.thread_last_reply_seq), version = u.account_version + 1
         FROM messages root, users u, thread_subscriptions before
         WHERE s.thread_root_id = $2 AND s.user_id = $1 AND s.following AND root.id = $2 AND u.id = $1
           AND before.thread_root_id = $2 AND before.user_id = $1
           AND s.last_read_seq < least($3, root.thread_last_reply_seq)
         RETURNING s.user_id, before.last_read_seq AS after, s.last_read_seq AS up_to
       ) SELECT after, up_to FROM changed JOIN increment_account_versions(ARRAY(SELECT user_id FROM changed)) USING (user_id)`,
      [userId, threadRootId, seq],
    );
    if (!row) return false;
    await this.database.query('SELECT record_thread_receipts($1, $2, $3, $4, $5)', [
      threadRootId,
      userId,
      row.after,
      row.up_to,
      receiptsMaxMembers,
    ]);
    return true;
  }

  /** Counts a change of the unread counts by a hidden reply. False if the reply is not unread for the user. */
  async incrementIfUnread(userId: string, threadRootId: string, seq: number): Promise<boolean> {
    const row = await this.database.queryOne(
      `WITH changed AS (
         UPDATE thread_subscriptions s SET version = u.account_version + 1 FROM users u
         WHERE s.thread_root_id = $2 AND s.user_id = $1 AND s.following AND s.last_read_seq < $3 AND u.id = $1
         RETURNING s.user_id
       ) ${INCREMENT_ACCOUNT_VERSION}`,
      [userId, threadRootId, seq],
    );
    return row !== null;
  }

  /** Marks all followed threads as read and adds `increment` to the account version. True if this changed anything. */
  async markAllRead(userId: string, increment: 0 | 1): Promise<boolean> {
    const row = await this.database.queryOne(
      `WITH changed AS (
         UPDATE thread_subscriptions s SET last_read_seq = root.thread_last_reply_seq, version = u.account_version + $2
         FROM messages root, users u
         WHERE s.user_id = $1 AND s.following AND root.id = s.thread_root_id AND u.id = $1
           AND s.last_read_seq < root.thread_last_reply_seq
         RETURNING s.user_id
       ) SELECT user_id FROM increment_account_versions(ARRAY(SELECT user_id FROM changed), $2)`,
      [userId, increment],
    );
    return row !== null;
  }

  /**
   * Locks the members among these users and the sender of the root who never had a subscription to the thread, and the
   * user `alsoLockedId`, in the order of ids. Returns the ids of all locked users.
   */
  async lockUnsubscribed(
    threadRootId: string,
    userIds: readonly string[],
    alsoLockedId?: string,
  ): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM users WHERE id = $3 OR id IN (
         SELECT m.user_id FROM messages root
         JOIN conversation_members m ON m.conversation_id = root.conversation_id
           AND m.user_id = ANY (root.sender_id || $2::uuid[])
         WHERE root.id = $1
           AND NOT EXISTS (SELECT FROM thread_subscriptions s WHERE s.thread_root_id = $1 AND s.user_id = m.user_id)
       ) ORDER BY id FOR NO KEY UPDATE`,
      [threadRootId, userIds, alsoLockedId],
    );
    return rows.map(({ id }) => id);
  }

  /** Inserts subscriptions of locked users at a reply: earlier replies count as read. Returns the ids of new subscribers. */
  async insertSubscriptions(
    threadRootId: string,
    { conversation_id, seq, sender_id }: Pick<MessageRow, 'conversation_id' | 'seq' | 'sender_id'>,
    userIds: readonly string[],
  ): Promise<string[]> {
    const rows = await this.database.query<{ user_id: string }>(
      `WITH inserted AS (
         INSERT INTO thread_subscriptions (thread_root_id, user_id, conversation_id, following, last_read_seq, subscribed_seq, version)
         SELECT $1, id, $2, true, CASE WHEN id = $4 THEN $3::bigint ELSE $3::bigint - 1 END, $3::bigint - 1, account_version + 1
         FROM users WHERE id = ANY ($5::uuid[])
         ON CONFLICT DO NOTHING RETURNING user_id
       )
       SELECT user_id FROM increment_account_versions(ARRAY(SELECT user_id FROM inserted))`,
      [threadRootId, conversation_id, seq, sender_id, userIds],
    );
    return rows.map(({ user_id }) => user_id);
  }

  /** First members, by id, who joined before `seq` and never had a subscription; none with more than `maxMembers` members. */
  async findUnsubscribedMemberIds(
    threadRootId: string,
    conversationId: string,
    { seq, afterUserId, maxMembers, limit }: MemberBounds,
  ): Promise<string[]> {
    const rows = await this.database.query<{ user_id: string }>(
      `SELECT user_id FROM conversation_members m
       WHERE conversation_id = $2 AND user_id > $3 AND joined_seq < $4 AND has_at_most_members($2, $5)
         AND NOT EXISTS (SELECT FROM thread_subscriptions s WHERE s.thread_root_id = $1 AND s.user_id = m.user_id)
       ORDER BY user_id LIMIT $6`,
      [threadRootId, conversationId, afterUserId, seq, maxMembers, limit],
    );
    return rows.map(({ user_id }) => user_id);
  }

  /** Thread reply that mentions all members; null when it was changed or deleted, also with its conversation. */
  findMentionOfAll(messageId: string): Promise<MentioningReply | null> {
    return this.database.queryOne(
      `SELECT m.conversation_id, m.thread_root_id, m.seq, m.sender_id FROM messages m
       JOIN conversations c ON c.id = m.conversation_id AND c.deleted_at IS NULL
       WHERE m.id = $1 AND m.mentions_all AND m.deleted_at IS NULL AND m.thread_root_id IS NOT NULL`,
      [messageId],
    );
  }

  /** Subscriptions of these users, with defaults for users without a row. */
  findSubscriptions(
    threadRootId: string,
    userIds: readonly string[],
  ): Promise<(ThreadSubscriptionRow & { user_id: string })[]> {
    return this.database.query(
      `SELECT ${COLUMNS}, subscriber.id AS user_id FROM messages root CROSS JOIN unnest($2::uuid[]) AS subscriber (id)
       LEFT JOIN thread_subscriptions s ON s.thread_root_id = root.id AND s.user_id = subscriber.id ${WITH_UNREAD_COUNT}
       WHERE root.id = $1`,
      [threadRootId, userIds],
    );
  }

  /**
   * Subscriptions changed after an account version, in the order of versions. All changes of one version are returned,
   * also beyond the limit. A first read (version 0) skips unfollowed threads.
   */
  findChangedAfter(userId: string, version: number, limit: number): Promise<ThreadSubscriptionRow[]> {
    return this.database.query(
      `SELECT ${COLUMNS} FROM ${SUBSCRIPTIONS} WHERE s.user_id = $1 AND s.version > $2 AND ($2 > 0 OR s.following)
       ORDER BY s.version FETCH FIRST $3 ROWS WITH TIES`,
      [userId, version, limit],
    );
  }

  /** Followed threads whose roots changed after a version of their conversation, and those of the given roots. */
  findChangedInConversations(
    userId: string,
    conversations: readonly { id: string; version: number }[],
    threadRootIds: readonly string[],
  ): Promise<ThreadSubscriptionRow[]> {
    return this.database.query(
      `SELECT ${COLUMNS} FROM unnest($2::uuid[], $3::bigint[]) AS requested (id, version)
       JOIN thread_subscriptions s ON s.conversation_id = requested.id AND s.user_id = $1 AND s.following
       JOIN messages root ON root.id = s.thread_root_id AND (root.version > requested.version OR root.id = ANY ($4))
       ${WITH_UNREAD_COUNT}`,
      [userId, conversations.map(({ id }) => id), conversations.map(({ version }) => version), threadRootIds],
    );
  }

  /** Followed threads, most recently active first. */
  findThreadsBefore({ userId, filter, before, limit }: ThreadsQuery): Promise<ThreadRow[]> {
    return this.database.query(
      `SELECT ${COLUMNS}, s.last_reply_id, s.last_activity_at FROM (
         SELECT s.*, last.id AS last_reply_id, activity.last_activity_at
         FROM thread_subscriptions s JOIN messages root ON root.id = s.thread_root_id
         LEFT JOIN messages last ON last.conversation_id = s.conversation_id AND last.seq = root.thread_last_reply_seq
         CROSS JOIN LATERAL (SELECT coalesce(last.created_at, root.created_at) AS last_activity_at) activity
         WHERE s.user_id = $1 AND s.following
           AND (SELECT deleted_at IS NULL FROM conversations WHERE id = s.conversation_id)
           AND ($2 = 'all' OR root.thread_last_reply_seq > s.last_read_seq
             AND (SELECT unread FROM unread_reply_counts(s.thread_root_id, s.user_id, s.last_read_seq)) > 0)
           AND (activity.last_activity_at, s.thread_root_id) < ($3, $4)
         ORDER BY activity.last_activity_at DESC, s.thread_root_id DESC LIMIT $5
       ) s JOIN messages root ON root.id = s.thread_root_id ${WITH_UNREAD_COUNT}
       ORDER BY s.last_activity_at DESC, s.thread_root_id DESC`,
      [userId, filter, before.lastActivityAt, before.id, limit],
    );
  }

  /** Threads with unread replies, most recently active conversation first, then newest reply first. */
  findUnreadThreads(userId: string): Promise<UnreadThreadRow[]> {
    return this.database.query(
      `SELECT s.conversation_id, s.thread_root_id, counted.unread, counted.mentions FROM ${SUBSCRIPTIONS}
       WHERE s.user_id = $1 AND counted.unread > 0 ORDER BY c.last_activity_at DESC, c.id DESC, root.thread_last_reply_seq DESC`,
      [userId],
    );
  }

  private async upsertFollowing(userId: string, threadRootId: string, following: boolean): Promise<boolean> {
    const row = await this.database.queryOne(
      `WITH changed AS (
         INSERT INTO thread_subscriptions AS s (thread_root_id, user_id, conversation_id, following, last_read_seq, subscribed_seq, version)
         SELECT m.id, u.id, m.conversation_id, $3, coalesce(m.thread_last_reply_seq, 0), coalesce(m.thread_last_reply_seq, 0),
           u.account_version + 1
         FROM messages m, users u WHERE m.id = $2 AND u.id = $1
         ON CONFLICT (thread_root_id, user_id) DO UPDATE SET
           following = excluded.following, last_read_seq = greatest(s.last_read_seq, excluded.last_read_seq),
           subscribed_seq = CASE WHEN s.last_read_seq < excluded.last_read_seq THEN excluded.last_read_seq ELSE s.subscribed_seq END,
           version = excluded.version
         WHERE s.following <> excluded.following
         RETURNING s.user_id
       ) ${INCREMENT_ACCOUNT_VERSION}`,
      [userId, threadRootId, following],
    );
    return row !== null;
  }
}
