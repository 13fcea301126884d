import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { MessageRow } from '../dto/message.dto.js';
import {
  messageColumns,
  HIDDEN,
  MessagesRepository,
  type ChangedRow,
  type Reader,
} from '../messages.repository.js';

export type PinnedRow = MessageRow & { pinned_at: Date };

/** What is pinned where. The conversation is locked by whoever changes it. */
@Injectable()
export class PinsRepository {
  constructor(
    private readonly database: Database,
    private readonly messages: MessagesRepository,
  ) {}

  async count(conversationId: string): Promise<number> {
    const row = await this.database.queryOne<{ count: number }>(
      'SELECT count(*) FROM messages WHERE conversation_id = $1 AND pinned_at IS NOT NULL',
      [conversationId],
    );
    return row?.count ?? 0;
  }

  pin(message: MessageRow, userId: string): Promise<ChangedRow> {
    return this.messages.updateMessageRow(message, 'pinned_at = clock_timestamp(), pinned_by = $3', [userId]);
  }

  unpin(message: MessageRow): Promise<ChangedRow> {
    return this.messages.updateMessageRow(message, 'pinned_at = NULL, pinned_by = NULL', []);
  }

  /** Those that were pinned before this place, the last one first. */
  page(
    { conversationId, userId }: Reader,
    before: { at: Date; id: string },
    limit: number,
  ): Promise<PinnedRow[]> {
    return this.database.query(
      `SELECT ${messageColumns('m', 'r', HIDDEN)} FROM messages m LEFT JOIN messages r ON r.id = m.reply_to_id
       WHERE m.conversation_id = $2 AND m.pinned_at IS NOT NULL AND (m.pinned_at, m.id) < ($3, $4)
       ORDER BY m.pinned_at DESC, m.id DESC LIMIT $5`,
      [userId, conversationId, before.at, before.id, limit],
    );
  }
}
