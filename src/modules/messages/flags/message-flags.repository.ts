import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import { selectList } from '../../../kernel/database/row-of.js';
import type { MessageFlagsRow } from '../dto/message-flags.dto.js';
import type { MessageRow } from '../dto/message.dto.js';
import { messageColumns, READER } from '../messages.repository.js';

const COLUMNS = selectList<MessageFlagsRow>({
  message_id: true,
  conversation_id: true,
  seq: true,
  saved_at: true,
  hidden_at: true,
  version: true,
});

export type SavedRow = MessageRow & { saved_at: Date };

/** Flags of messages by user. */
@Injectable()
export class MessageFlagsRepository {
  constructor(private readonly database: Database) {}

  findFlags(userId: string, messageId: string): Promise<MessageFlagsRow | null> {
    return this.database.queryOne(
      `SELECT ${COLUMNS} FROM message_flags WHERE user_id = $1 AND message_id = $2`,
      [userId, messageId],
    );
  }

  async upsertFlags(userId: string, row: MessageFlagsRow): Promise<void> {
    await this.database.query(
      `INSERT INTO message_flags (user_id, ${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (user_id, message_id) DO UPDATE
       SET saved_at = excluded.saved_at, hidden_at = excluded.hidden_at, version = excluded.version`,
      [userId, row.message_id, row.conversation_id, row.seq, row.saved_at, row.hidden_at, row.version],
    );
  }

  /** Saved messages that are not deleted, in conversations that are not deleted, most recently saved first. */
  findSavedBefore(userId: string, before: { savedAt: Date; id: string }, limit: number): Promise<SavedRow[]> {
    return this.database.query(
      `SELECT flags.saved_at, ${messageColumns('m', 'r', READER)} FROM message_flags flags
       JOIN messages m ON m.id = flags.message_id AND m.deleted_at IS NULL
       LEFT JOIN messages r ON r.id = m.reply_to_id
       WHERE flags.user_id = $1 AND flags.saved_at IS NOT NULL AND (flags.saved_at, flags.message_id) < ($2, $3)
         AND (SELECT deleted_at IS NULL FROM conversations WHERE id = flags.conversation_id)
       ORDER BY flags.saved_at DESC, flags.message_id DESC LIMIT $4`,
      [userId, before.savedAt, before.id, limit],
    );
  }

  /** In the order of versions. A first read (version 0) skips rows without flags. */
  findChangedAfter(userId: string, version: number, limit: number): Promise<MessageFlagsRow[]> {
    return this.database.query(
      `SELECT ${COLUMNS} FROM message_flags
       WHERE user_id = $1 AND version > $2 AND ($2 > 0 OR saved_at IS NOT NULL OR hidden_at IS NOT NULL)
       ORDER BY version LIMIT $3`,
      [userId, version, limit],
    );
  }
}
