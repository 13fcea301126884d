import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { ReceiptRow } from '../dto/receipts.dto.js';

/** Receipt of a member, before hidden read positions are removed. */
export interface MemberReceiptRow extends ReceiptRow {
  conversation_id: string;
  members_version: number;
  last_read_seq: number;
  /** Whether the member neither shares nor sees read positions. */
  hides_read_receipts: boolean;
}

/** Reads of receipts. The SQL functions `hides_read_receipts` and `shares_read_receipts` decide what is hidden. */
@Injectable()
export class ReceiptsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Receipts of members, one user for each conversation id. Conversations have receipts up to `maxMembers` members; a DM with a
   * contact restriction has none.
   */
  findMemberReceipts(
    conversationIds: readonly string[],
    userIds: readonly string[],
    maxMembers: number,
  ): Promise<MemberReceiptRow[]> {
    return this.database.query(
      `WITH published AS MATERIALIZED (
         SELECT id, members_version FROM conversations WHERE id = ANY($1) AND has_receipts(id, $3)
           AND (type <> 'dm' OR contact_restriction(dm_user_low, dm_user_high) IS NULL)
       )
       SELECT conversation_id, members_version, user_id, joined_seq, last_delivered_seq, last_read_seq,
         hides_read_receipts(settings)
       FROM unnest($1::uuid[], $2::uuid[]) AS changed (conversation_id, user_id)
       JOIN conversation_members USING (conversation_id, user_id)
       JOIN published ON published.id = conversation_id JOIN users ON users.id = user_id
       ORDER BY conversation_id, user_id`,
      [conversationIds, userIds, maxMembers],
    );
  }

  /** Those of the users that neither share nor see read positions. */
  async listHidingUsers(userIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT id FROM users WHERE id = ANY($1) AND hides_read_receipts(settings)',
      [userIds],
    );
    return rows.map(({ id }) => id);
  }

  /** Receipts of all members of the conversations, as visible to the user. */
  findVisibleReceipts(
    userId: string,
    conversationIds: readonly string[],
  ): Promise<(ReceiptRow & { conversation_id: string })[]> {
    return this.database.query(
      `SELECT m.conversation_id, m.user_id, m.joined_seq, m.last_delivered_seq,
         CASE WHEN shares_read_receipts($1, m.user_id) THEN m.last_read_seq END AS last_read_seq
       FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id
       WHERE m.conversation_id = ANY($2)
         AND (c.type <> 'dm' OR m.user_id = $1 OR contact_restriction($1, m.user_id) IS NULL)
       ORDER BY m.conversation_id, m.user_id`,
      [userId, conversationIds],
    );
  }
}
