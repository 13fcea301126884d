import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import { READ_STATE_COLUMNS, type ReadStateRow } from '../dto/membership.dto.js';

export type ReadStateChange = 'read' | 'delivered' | 'unread';

/** Undefined leaves a field unchanged. */
export interface MembershipChange {
  mutedUntil?: string | null;
  pinned?: boolean;
  archived?: boolean;
}

/** Private fields of memberships. Each change increments the account version of the user. */
@Injectable()
export class MembershipsRepository {
  constructor(private readonly database: Database) {}

  /** One round trip of the SQL function `update_read_state`. */
  async updateReadState(
    conversationId: string,
    userId: string,
    change: ReadStateChange,
    seq: number,
    receiptsMaxMembers: number,
  ): Promise<ReadStateRow> {
    const [row] = await this.database.query<ReadStateRow>(
      `SELECT outcome, ${READ_STATE_COLUMNS} FROM update_read_state($1, $2, $3, $4, $5)`,
      [conversationId, userId, change, seq, receiptsMaxMembers],
    );
    return row!;
  }

  /** Marks all conversations of the user as read. Returns the changed ones and whether the change is a receipt. */
  async markAllRead(userId: string): Promise<{ conversation_id: string; is_receipt: boolean }[]> {
    const changed = await this.database.query<{ conversation_id: string; is_receipt: boolean }>(
      `UPDATE conversation_members m SET
         last_read_seq = c.last_seq, last_delivered_seq = c.last_seq, unread_from_seq = NULL,
         last_read_at = CASE WHEN c.last_seq > m.last_read_seq AND NOT hides_read_receipts(u.settings)
           THEN clock_timestamp() ELSE m.last_read_at END,
         updated_at = clock_timestamp(), version = u.account_version + 1
       FROM conversations c, users u, conversation_members before
       WHERE m.user_id = $1 AND c.id = m.conversation_id AND u.id = $1
         AND before.conversation_id = m.conversation_id AND before.user_id = $1
         AND (c.last_seq > m.last_read_seq OR m.unread_from_seq IS NOT NULL)
       RETURNING m.conversation_id,
         before.last_delivered_seq < c.last_seq OR before.last_read_seq < c.last_seq AND NOT hides_read_receipts(u.settings) AS is_receipt`,
      [userId],
    );
    if (changed.length > 0) await this.incrementAccountVersion(userId);
    return changed;
  }

  /** False when nothing changes. */
  async updateMembershipRow(
    conversationId: string,
    userId: string,
    change: MembershipChange,
  ): Promise<boolean> {
    const { pinned, archived } = change;
    // A Date, not the text: PostgreSQL accepts fewer offsets than ISO 8601, and rounds milliseconds that JavaScript truncates.
    const mutedUntil = change.mutedUntil ? new Date(change.mutedUntil) : change.mutedUntil;
    const changed = await this.database.queryOne(
      `UPDATE conversation_members m SET
         muted_until = requested.muted_until, pinned_at = requested.pinned_at, archived_at = requested.archived_at,
         updated_at = clock_timestamp(), version = u.account_version + 1
       FROM users u, (SELECT
         CASE WHEN $3 THEN $4::timestamptz(3) ELSE muted_until END AS muted_until,
         CASE WHEN $5 THEN coalesce(pinned_at, clock_timestamp()::timestamptz(3)) WHEN NOT $5 THEN NULL ELSE pinned_at END AS pinned_at,
         CASE WHEN $6 THEN coalesce(archived_at, clock_timestamp()::timestamptz(3)) WHEN NOT $6 THEN NULL ELSE archived_at END AS archived_at
         FROM conversation_members WHERE conversation_id = $1 AND user_id = $2
       ) requested
       WHERE m.conversation_id = $1 AND m.user_id = $2 AND u.id = $2
         AND (m.muted_until, m.pinned_at, m.archived_at)
           IS DISTINCT FROM (requested.muted_until, requested.pinned_at, requested.archived_at)
       RETURNING m.user_id`,
      [conversationId, userId, mutedUntil !== undefined, mutedUntil, pinned, archived],
    );
    if (changed) await this.incrementAccountVersion(userId);
    return changed !== null;
  }

  /** Counts a change of the unread counts by a hidden message. False if the message is not unread for the user. */
  async incrementIfUnread(userId: string, conversationId: string, seq: number): Promise<boolean> {
    const changed = await this.database.queryOne(
      `UPDATE conversation_members m SET version = u.account_version + 1 FROM users u
       WHERE m.conversation_id = $2 AND m.user_id = $1 AND u.id = $1 AND least(m.last_read_seq, m.unread_from_seq - 1) < $3
       RETURNING m.user_id`,
      [userId, conversationId, seq],
    );
    if (changed) await this.incrementAccountVersion(userId);
    return changed !== null;
  }

  private async incrementAccountVersion(userId: string): Promise<void> {
    await this.database.query('SELECT FROM increment_account_versions(ARRAY[$1::uuid])', [userId]);
  }
}
