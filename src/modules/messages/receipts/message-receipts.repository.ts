import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { MessageReceiptRow } from './dto/message-receipts.dto.js';

/** A message, as far as its receipts go. */
export interface Received {
  id: string;
  conversation_id: string;
  seq: number;
  sender_id: string | null;
  is_dm: boolean;
  /** Whether the conversation has few enough members. */
  is_shown: boolean;
}

/** Who has a message: by the marks of the members, which are the truth; the rows of message_status know when. */
@Injectable()
export class MessageReceiptsRepository {
  constructor(private readonly database: Database) {}

  find(messageId: string, mostMembers: number): Promise<Received | null> {
    return this.database.queryOne(
      `SELECT m.id, m.conversation_id, m.seq, m.sender_id, c.type = 'dm' AS is_dm, has_at_most_members(c.id, $2) AS is_shown
       FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.id = $1`,
      [messageId, mostMembers],
    );
  }

  /** As this person may see them; nothing of each other between two of a DM who cannot reach each other. */
  page(message: Received, userId: string, after: string, limit: number): Promise<MessageReceiptRow[]> {
    return this.database.query(
      `SELECT m.user_id, m.last_delivered_seq >= $2 AS delivered, known.delivered_at,
         CASE WHEN shows THEN m.last_read_seq >= $2 END AS read, CASE WHEN shows THEN known.read_at END AS read_at
       FROM conversation_members m
       LEFT JOIN message_status known ON known.message_id = $3 AND known.user_id = m.user_id
       CROSS JOIN LATERAL shares_read_receipts(m.user_id, $4) AS shows
       WHERE m.conversation_id = $1 AND m.user_id > $5 AND m.user_id IS DISTINCT FROM $6
         AND (NOT $7 OR m.user_id = $4 OR contact_restriction($4, m.user_id) IS NULL)
       ORDER BY m.user_id LIMIT $8`,
      [
        message.conversation_id,
        message.seq,
        message.id,
        userId,
        after,
        message.sender_id,
        message.is_dm,
        limit,
      ],
    );
  }
}
