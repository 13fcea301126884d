import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { ReceiptRow } from './dto/message-receipts.dto.js';

/** A message, as far as its receipts go. */
export interface Received {
  conversation_id: string;
  is_shown: boolean;
}

/** Who has a message: by the marks of the members, which are the truth; the rows of message_status know when. */
@Injectable()
export class MessageReceiptsRepository {
  constructor(private readonly database: Database) {}

  /** Its receipts are shown in a conversation of so many members at most. */
  find(messageId: string, mostMembers: number): Promise<Received | null> {
    return this.database.row(
      `SELECT conversation_id, has_members_up_to(conversation_id, $2) AS is_shown FROM messages WHERE id = $1`,
      [messageId, mostMembers],
    );
  }

  /** As this person may see them. */
  page(messageId: string, userId: string, after: string, limit: number): Promise<ReceiptRow[]> {
    return this.database.rows(
      `SELECT m.user_id, m.last_delivered_seq >= message.seq AS delivered, known.delivered_at,
         CASE WHEN shows THEN m.last_read_seq >= message.seq END AS read, CASE WHEN shows THEN known.read_at END AS read_at
       FROM messages message
       JOIN conversations c ON c.id = message.conversation_id
       JOIN conversation_members m ON m.conversation_id = message.conversation_id
       LEFT JOIN message_status known ON known.message_id = message.id AND known.user_id = m.user_id
       CROSS JOIN LATERAL shows_reads(m.user_id, $2) AS shows
       WHERE message.id = $1 AND m.user_id > $3 AND m.user_id IS DISTINCT FROM message.sender_id
         AND (c.type <> 'dm' OR m.user_id = $2 OR contact_barrier($2, m.user_id) IS NULL)
       ORDER BY m.user_id LIMIT $4`,
      [messageId, userId, after, limit],
    );
  }
}
