import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { MembershipRow } from './dto/membership.dto.js';

export type Mark = 'read' | 'delivered' | 'unread';

/**
 * `outcome`: updated, unchanged, or the code of an error; only the first two come with a membership. `is_receipt`: the members
 * are to hear of it.
 */
export type MovedRow = MembershipRow & {
  outcome: string;
  is_receipt: boolean;
  conversation_version: number;
  membership_last_delivered_seq: number;
};

/** What is undefined stays as it is. */
export interface MembershipChange {
  mutedUntil?: string | null;
  pinned?: boolean;
  archived?: boolean;
}

/** What in a membership is its person's alone. Each change is one more of their counter `me`. */
@Injectable()
export class MembershipsRepository {
  constructor(private readonly database: Database) {}

  /** One round trip, see the migration of update_read_state. */
  async updateReadState(
    conversationId: string,
    userId: string,
    mark: Mark,
    seq: number,
    receiptsMaxMembers: number,
  ): Promise<MovedRow> {
    const [row] = await this.database.query<MovedRow>(
      `SELECT outcome, is_receipt, conversation_version, unread AS membership_unread, mentions AS membership_mentions, (member).user_id AS membership_user_id, (member).role AS membership_role,
         (member).last_read_seq AS membership_last_read_seq, (member).last_delivered_seq AS membership_last_delivered_seq,
         (member).unread_from_seq AS membership_unread_from_seq, (member).muted_until AS membership_muted_until,
         (member).archived_at AS membership_archived_at, (member).pinned_at AS membership_pinned_at, (member).joined_account_version AS membership_joined_account_version, (member).version AS membership_version
       FROM update_read_state($1, $2, $3, $4, $5)`,
      [conversationId, userId, mark, seq, receiptsMaxMembers],
    );
    return row!;
  }

  /** Everything that was said in any conversation is read. Where this changed anything, and whether a receipt. */
  async markAllRead(userId: string): Promise<{ conversation_id: string; is_receipt: boolean }[]> {
    const changed = await this.database.query<{ conversation_id: string; is_receipt: boolean }>(
      `UPDATE conversation_members m SET
         last_read_seq = c.last_seq, last_delivered_seq = c.last_seq, unread_from_seq = NULL,
         last_read_at = CASE WHEN c.last_seq > m.last_read_seq AND NOT hides_read_receipts(u.settings)
           THEN clock_timestamp() ELSE m.last_read_at END,
         updated_at = clock_timestamp(), version = u.account_version + 1
       FROM conversations c, users u, conversation_members was
       WHERE m.user_id = $1 AND c.id = m.conversation_id AND u.id = $1
         AND was.conversation_id = m.conversation_id AND was.user_id = $1
         AND (c.last_seq > m.last_read_seq OR m.unread_from_seq IS NOT NULL)
       RETURNING m.conversation_id,
         was.last_delivered_seq < c.last_seq OR was.last_read_seq < c.last_seq AND NOT hides_read_receipts(u.settings) AS is_receipt`,
      [userId],
    );
    await this.bumpIf(changed.length > 0, userId);
    return changed;
  }

  /** True when this changed anything. */
  async update(conversationId: string, userId: string, change: MembershipChange): Promise<boolean> {
    const { pinned, archived } = change;
    // Not as its text: PostgreSQL knows fewer offsets than ISO 8601, and rounds to milliseconds where JavaScript cuts.
    const mutedUntil = change.mutedUntil ? new Date(change.mutedUntil) : change.mutedUntil;
    const changed = await this.database.queryOne(
      `UPDATE conversation_members m SET
         muted_until = wanted.muted_until, pinned_at = wanted.pinned_at, archived_at = wanted.archived_at,
         updated_at = clock_timestamp(), version = u.account_version + 1
       FROM users u, (SELECT
         CASE WHEN $3 THEN $4::timestamptz(3) ELSE muted_until END AS muted_until,
         CASE WHEN $5 THEN coalesce(pinned_at, clock_timestamp()::timestamptz(3)) WHEN NOT $5 THEN NULL ELSE pinned_at END AS pinned_at,
         CASE WHEN $6 THEN coalesce(archived_at, clock_timestamp()::timestamptz(3)) WHEN NOT $6 THEN NULL ELSE archived_at END AS archived_at
         FROM conversation_members WHERE conversation_id = $1 AND user_id = $2
       ) wanted
       WHERE m.conversation_id = $1 AND m.user_id = $2 AND u.id = $2
         AND (m.muted_until, m.pinned_at, m.archived_at)
           IS DISTINCT FROM (wanted.muted_until, wanted.pinned_at, wanted.archived_at)
       RETURNING m.user_id`,
      [conversationId, userId, mutedUntil !== undefined, mutedUntil, pinned, archived],
    );
    return this.bumpIf(changed !== null, userId);
  }

  private async bumpIf(changed: boolean, userId: string): Promise<boolean> {
    if (changed)
      await this.database.query('SELECT FROM increment_account_versions(ARRAY[$1::uuid])', [userId]);
    return changed;
  }
}
