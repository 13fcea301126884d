import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import { selectList } from '../../../kernel/database/row-of.js';
import type { MessageRow } from '../dto/message.dto.js';
import { messageColumns, HIDDEN } from '../messages.repository.js';
import type { MessageFlagsRow } from './dto/message-flags.dto.js';

const COLUMNS = selectList<MessageFlagsRow>({
  message_id: true,
  conversation_id: true,
  seq: true,
  saved_at: true,
  hidden_at: true,
  version: true,
});

export type SavedRow = MessageRow & { saved_at: Date };

/** What messages are to one person. */
@Injectable()
export class MessageFlagsRepository {
  constructor(private readonly database: Database) {}

  find(userId: string, messageId: string): Promise<MessageFlagsRow | null> {
    return this.database.queryOne(
      `SELECT ${COLUMNS} FROM message_flags WHERE user_id = $1 AND message_id = $2`,
      [userId, messageId],
    );
  }

  async put(userId: string, row: MessageFlagsRow): Promise<void> {
    await this.database.query(
      `INSERT INTO message_flags (user_id, ${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (user_id, message_id) DO UPDATE
       SET saved_at = excluded.saved_at, hidden_at = excluded.hidden_at, version = excluded.version`,
      [userId, row.message_id, row.conversation_id, row.seq, row.saved_at, row.hidden_at, row.version],
    );
  }

  /** Saved ones before this place, those aside that say nothing any more. */
  saved(userId: string, before: { at: Date; id: string }, limit: number): Promise<SavedRow[]> {
    return this.database.query(
      `SELECT mine.saved_at, ${messageColumns('m', 'r', HIDDEN)} FROM message_flags mine
       JOIN messages m ON m.id = mine.message_id AND m.deleted_at IS NULL
       LEFT JOIN messages r ON r.id = m.reply_to_id
       WHERE mine.user_id = $1 AND mine.saved_at IS NOT NULL AND (mine.saved_at, mine.message_id) < ($2, $3)
       ORDER BY mine.saved_at DESC, mine.message_id DESC LIMIT $4`,
      [userId, before.at, before.id, limit],
    );
  }

  /** In the order of their versions. Who has nothing yet needs none of those about which there is nothing left to say. */
  changedAfter(userId: string, after: number, limit: number): Promise<MessageFlagsRow[]> {
    return this.database.query(
      `SELECT ${COLUMNS} FROM message_flags
       WHERE user_id = $1 AND version > $2 AND ($2 > 0 OR saved_at IS NOT NULL OR hidden_at IS NOT NULL)
       ORDER BY version LIMIT $3`,
      [userId, after, limit],
    );
  }
}
