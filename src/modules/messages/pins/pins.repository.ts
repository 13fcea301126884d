import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { MessageRow } from '../dto/message.dto.js';
import type { ConversationReader } from '../message-query.repository.js';
import {
  messageColumns,
  MessagesRepository,
  MESSAGES_WITH_REPLIES,
  READER,
  type ChangedRow,
} from '../messages.repository.js';

export type PinnedRow = MessageRow & { pinned_at: Date };

/** Pinned messages. Callers that change pins hold the lock of the conversation. */
@Injectable()
export class PinsRepository {
  constructor(
    private readonly database: Database,
    private readonly messages: MessagesRepository,
  ) {}

  async countPins(conversationId: string): Promise<number> {
    const row = await this.database.queryOne<{ count: number }>(
      'SELECT count(*) FROM messages WHERE conversation_id = $1 AND pinned_at IS NOT NULL',
      [conversationId],
    );
    return row?.count ?? 0;
  }

  setPinned(message: MessageRow, userId: string): Promise<ChangedRow> {
    return this.messages.updateMessageRow(message, 'pinned_at = clock_timestamp(), pinned_by = $3', [userId]);
  }

  clearPinned(message: MessageRow): Promise<ChangedRow> {
    return this.messages.updateMessageRow(message, 'pinned_at = NULL, pinned_by = NULL', []);
  }

  /** Most recently pinned first. */
  findPinsBefore(
    { conversationId, userId }: ConversationReader,
    before: { pinnedAt: Date; id: string },
    limit: number,
  ): Promise<PinnedRow[]> {
    return this.database.query(
      `SELECT ${messageColumns('m', 'r', READER)} FROM ${MESSAGES_WITH_REPLIES}
       WHERE m.conversation_id = $2 AND m.pinned_at IS NOT NULL AND (m.pinned_at, m.id) < ($3, $4)
       ORDER BY m.pinned_at DESC, m.id DESC LIMIT $5`,
      [userId, conversationId, before.pinnedAt, before.id, limit],
    );
  }
}
