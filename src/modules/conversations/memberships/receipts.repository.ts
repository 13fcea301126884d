import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { ReceiptRow } from '../dto/receipts.dto.js';

/** Receipt of a member, before hidden read positions are removed. */
export interface MemberReceiptRow extends ReceiptRow {
  conversation_id: string;
  last_read_seq: number;
  /** Whether the member neither shares nor sees read positions. */
  hides_read_receipts: boolean;
}

/** Reads of receipts. The SQL functions `hides_read_receipts` and `shares_read_receipts` decide what is hidden. */
@Injectable()
export class ReceiptsRepository {
  constructor(private readonly database: Database) {}

  /** Members of the conversations that have receipts up to `maxMembers` members, without DMs that have a contact restriction. */
  findMemberReceipts(conversationIds: readonly string[], maxMembers: number): Promise<MemberReceiptRow[]> {
    return this.database.query(
      `WITH published AS MATERIALIZED (
         SELECT id FROM conversations WHERE id = ANY($1) AND has_receipts(id, $2)
           AND (type <> 'dm' OR contact_restriction(dm_user_low, dm_user_high) IS NULL)
       )
       SELECT conversation_id, user_id, joined_seq, last_delivered_seq, last_read_seq, hides_read_receipts(settings)
       FROM published JOIN conversation_members m ON m.conversation_id = published.id JOIN users ON users.id = user_id
       ORDER BY conversation_id, user_id`,
      [conversationIds, maxMembers],
    );
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
