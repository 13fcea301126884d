import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { ReceiptRow } from './dto/receipts.dto.js';

/** A member of a conversation that shows receipts. */
export interface ShownRow extends ReceiptRow {
  conversation_id: string;
  last_read_seq: number;
  /** Whether they neither show nor see how far anybody has read. */
  hides_read_receipts: boolean;
}

/** How far the members are, read. What hides it are the SQL functions of the migration of receipts. */
@Injectable()
export class ReceiptsRepository {
  constructor(private readonly database: Database) {}

  /** All members of those of these conversations that have so many at most; not of a DM in which one blocks the other. */
  shown(conversationIds: readonly string[], most: number): Promise<ShownRow[]> {
    return this.database.query(
      `WITH shown AS MATERIALIZED (
         SELECT id FROM conversations WHERE id = ANY($1) AND has_at_most_members(id, $2)
           AND (type <> 'dm' OR contact_restriction(dm_user_low, dm_user_high) IS NULL)
       )
       SELECT conversation_id, user_id, last_delivered_seq, last_read_seq, hides_read_receipts(settings)
       FROM shown JOIN conversation_members m ON m.conversation_id = shown.id JOIN users ON users.id = user_id
       ORDER BY conversation_id, user_id`,
      [conversationIds, most],
    );
  }

  /** How far everybody is in these conversations, as this person may see it. */
  seenBy(
    userId: string,
    conversationIds: readonly string[],
  ): Promise<(ReceiptRow & { conversation_id: string })[]> {
    return this.database.query(
      `SELECT m.conversation_id, m.user_id, m.last_delivered_seq,
         CASE WHEN shares_read_receipts($1, m.user_id) THEN m.last_read_seq END AS last_read_seq
       FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id
       WHERE m.conversation_id = ANY($2)
         AND (c.type <> 'dm' OR m.user_id = $1 OR contact_restriction($1, m.user_id) IS NULL)
       ORDER BY m.conversation_id, m.user_id`,
      [userId, conversationIds],
    );
  }
}
