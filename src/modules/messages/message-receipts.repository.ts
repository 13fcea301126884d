import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { MessageReceiptRow } from './dto/message-receipts.dto.js';

/** Message whose receipts are listed. */
export interface ReceiptMessageRow {
  id: string;
  conversation_id: string;
  seq: number;
  sender_id: string | null;
  thread_root_id: string | null;
  is_dm: boolean;
  /** Whether the conversation has receipts: at least two members, few enough for the configuration. */
  has_receipts: boolean;
}

/** Whether the member read message $2, in thread $8 if it is a reply. A recorded reading stays when the thread is unfollowed. */
const IS_READ = `CASE WHEN $8::uuid IS NULL THEN m.last_read_seq >= $2
  ELSE coalesce(status.status = 'read', false) OR coalesce(thread.last_read_seq >= $2 AND thread.subscribed_seq < $2, false) END`;

/** Receipts of messages: the state from the positions of the members, the times from message_status. */
@Injectable()
export class MessageReceiptsRepository {
  constructor(private readonly database: Database) {}

  findMessage(messageId: string, maxMembers: number): Promise<ReceiptMessageRow | null> {
    return this.database.queryOne(
      `SELECT m.id, m.conversation_id, m.seq, m.sender_id, m.thread_root_id, c.type = 'dm' AS is_dm, has_receipts(c.id, $2) AS has_receipts
       FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.id = $1`,
      [messageId, maxMembers],
    );
  }

  /**
   * Receipts of the members who joined before the message, as seen by the given user, by user id. A thread reply is read by the
   * position in its thread. In a DM with a contact restriction only that of the user.
   */
  findReceipts(
    message: ReceiptMessageRow,
    userId: string,
    afterUserId: string,
    limit: number,
  ): Promise<MessageReceiptRow[]> {
    return this.database.query(
      `SELECT m.user_id, m.last_delivered_seq >= $2 OR shares_receipts AND ${IS_READ} AS delivered, status.delivered_at,
         CASE WHEN shares_receipts THEN ${IS_READ} END AS read, CASE WHEN shares_receipts THEN status.read_at END AS read_at
       FROM conversation_members m
       LEFT JOIN message_status status ON status.message_id = $3 AND status.user_id = m.user_id
       LEFT JOIN thread_subscriptions thread ON thread.thread_root_id = $8 AND thread.user_id = m.user_id
       CROSS JOIN LATERAL shares_read_receipts(m.user_id, $4) AS shares_receipts
       WHERE m.conversation_id = $1 AND m.joined_seq < $2 AND m.user_id > $5 AND m.user_id IS DISTINCT FROM $6
         AND (NOT $7 OR m.user_id = $4 OR contact_restriction($4, m.user_id) IS NULL)
       ORDER BY m.user_id LIMIT $9`,
      [
        message.conversation_id,
        message.seq,
        message.id,
        userId,
        afterUserId,
        message.sender_id,
        message.is_dm,
        message.thread_root_id,
        limit,
      ],
    );
  }
}
