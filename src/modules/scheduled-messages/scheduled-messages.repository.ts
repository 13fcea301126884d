import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import { selectList } from '../../kernel/database/row-of.js';
import type { MessageType } from '../conversations/dto/message-preview.dto.js';
import type { ScheduledMessageRow } from './dto/scheduled-message.dto.js';

export interface NewScheduledMessage {
  id: string;
  senderId: string;
  conversationId: string;
  type: MessageType;
  content: string;
  metadata?: object;
  mentions?: string[];
  mentionsAll?: boolean;
  replyToId?: string;
  threadRootId?: string;
  sendAt: Date;
  clientId?: string;
  version: number;
}

const COLUMNS = selectList<ScheduledMessageRow>({
  id: true,
  sender_id: true,
  conversation_id: true,
  type: true,
  content: true,
  metadata: true,
  mentions: true,
  mentions_all: true,
  reply_to_id: true,
  thread_root_id: true,
  send_at: true,
  state: true,
  error_code: true,
  message_id: true,
  client_id: true,
  version: true,
  created_at: true,
  updated_at: true,
});

/** Columns that may change while the message waits. */
export type ScheduledContent = Pick<
  ScheduledMessageRow,
  'content' | 'metadata' | 'mentions' | 'mentions_all' | 'send_at'
>;

/** Final state of a scheduled message. */
export type ScheduledMessageEnd =
  { state: 'sent'; messageId: string } | { state: 'failed'; errorCode: string } | { state: 'cancelled' };

/** Position in the list: after this send time and id. */
export interface ScheduledPosition {
  at: Date;
  id: string;
}

/** Whether the conversation of the scheduled message is not deleted. */
const IS_AVAILABLE =
  '(SELECT deleted_at IS NULL FROM conversations WHERE id = scheduled_messages.conversation_id)';

/** Scheduled messages. Each change of a row carries the next account version of its sender. */
@Injectable()
export class ScheduledMessagesRepository {
  constructor(private readonly database: Database) {}

  findScheduledMessage(id: string): Promise<ScheduledMessageRow | null> {
    return this.database.queryOne(`SELECT ${COLUMNS} FROM scheduled_messages WHERE id = $1`, [id]);
  }

  /** Locks the row. is_due: whether the send time is reached by the database clock. */
  lockScheduledMessage(id: string): Promise<(ScheduledMessageRow & { is_due: boolean }) | null> {
    return this.database.queryOne(
      `SELECT ${COLUMNS}, send_at <= now() AS is_due FROM scheduled_messages WHERE id = $1 FOR NO KEY UPDATE`,
      [id],
    );
  }

  findScheduledByClientId(senderId: string, clientId: string): Promise<ScheduledMessageRow | null> {
    return this.database.queryOne(
      `SELECT ${COLUMNS} FROM scheduled_messages WHERE sender_id = $1 AND client_id = $2`,
      [senderId, clientId],
    );
  }

  async countWaiting(senderId: string): Promise<number> {
    const row = await this.database.queryOne<{ count: number }>(
      "SELECT count(*)::int AS count FROM scheduled_messages WHERE sender_id = $1 AND state = 'scheduled'",
      [senderId],
    );
    return row!.count;
  }

  /** Waiting and failed messages after a position, by send time. */
  listScheduledMessages(
    senderId: string,
    conversationId: string | undefined,
    { at, id }: ScheduledPosition,
    limit: number,
  ): Promise<ScheduledMessageRow[]> {
    return this.database.query(
      `SELECT ${COLUMNS} FROM scheduled_messages
       WHERE sender_id = $1 AND state IN ('scheduled', 'failed') AND (send_at, id) > ($3, $4)
         AND ($2::uuid IS NULL OR conversation_id = $2) AND ${IS_AVAILABLE}
       ORDER BY send_at, id LIMIT $5`,
      [senderId, conversationId, at, id, limit],
    );
  }

  /** Changed messages in version order; a first sync (after = 0) gets no sent or cancelled ones. */
  listChangedScheduledMessages(
    senderId: string,
    after: number,
    limit: number,
  ): Promise<ScheduledMessageRow[]> {
    return this.database.query(
      `SELECT ${COLUMNS} FROM scheduled_messages
       WHERE sender_id = $1 AND version > $2 AND ($2 > 0 OR state IN ('scheduled', 'failed')) AND ${IS_AVAILABLE}
       ORDER BY version LIMIT $3`,
      [senderId, after, limit],
    );
  }

  /** Greatest account version of a deleted message; 0 for none. */
  async getDeletedVersion(senderId: string): Promise<number> {
    const row = await this.database.queryOne<{ version: number }>(
      'SELECT version FROM scheduled_message_deletions WHERE sender_id = $1',
      [senderId],
    );
    return row?.version ?? 0;
  }

  /** Messages that failed more than this number of days ago. */
  listFailedBefore(days: number, limit: number): Promise<ScheduledMessageRow[]> {
    return this.database.query(
      `SELECT ${COLUMNS} FROM scheduled_messages
       WHERE state = 'failed' AND updated_at < now() - $1 * interval '1 day' ORDER BY updated_at LIMIT $2`,
      [days, limit],
    );
  }

  /** Deletes messages that were sent or cancelled more than this number of days ago. Returns their number. */
  async deleteFinishedBefore(days: number, limit: number): Promise<number> {
    const row = await this.database.queryOne<{ count: number }>(
      `WITH deleted AS (
         DELETE FROM scheduled_messages WHERE id = ANY (ARRAY(
           SELECT id FROM scheduled_messages
           WHERE state IN ('sent', 'cancelled') AND updated_at < now() - $1 * interval '1 day'
           ORDER BY updated_at LIMIT $2 FOR UPDATE SKIP LOCKED
         )) RETURNING sender_id, version
       ), recorded AS (
         INSERT INTO scheduled_message_deletions AS existing (sender_id, version)
         SELECT sender_id, max(version) FROM deleted GROUP BY 1 ORDER BY 1
         ON CONFLICT (sender_id) DO UPDATE SET version = greatest(existing.version, excluded.version)
       )
       SELECT count(*)::int AS count FROM deleted`,
      [days, limit],
    );
    return row?.count ?? 0;
  }

  async insertScheduledMessage(message: NewScheduledMessage): Promise<ScheduledMessageRow> {
    const { id, senderId, conversationId, type, content, metadata, mentions, mentionsAll = false } = message;
    const { replyToId, threadRootId, sendAt, clientId, version } = message;
    const row = await this.database.queryOne<ScheduledMessageRow>(
      `INSERT INTO scheduled_messages (id, sender_id, conversation_id, type, content, metadata, mentions, mentions_all,
         reply_to_id, thread_root_id, send_at, client_id, version)
       VALUES ($1, $2, $3, $4, $5, $6, $7::uuid[], $8, $9, $10, $11, $12, $13) RETURNING ${COLUMNS}`,
      [
        id,
        senderId,
        conversationId,
        type,
        content,
        metadata,
        mentions,
        mentionsAll,
        replyToId,
        threadRootId,
        sendAt,
        clientId,
        version,
      ],
    );
    return row!;
  }

  async updateContent(
    { id }: ScheduledMessageRow,
    content: ScheduledContent,
    version: number,
  ): Promise<ScheduledMessageRow> {
    const { metadata, mentions, mentions_all, send_at } = content;
    const row = await this.database.queryOne<ScheduledMessageRow>(
      `UPDATE scheduled_messages SET content = $2, metadata = $3, mentions = $4::uuid[], mentions_all = $5, send_at = $6,
         version = $7, updated_at = clock_timestamp() WHERE id = $1 RETURNING ${COLUMNS}`,
      [id, content.content, metadata, mentions, mentions_all, send_at, version],
    );
    return row!;
  }

  /** Sets the final state. Sent and cancelled messages lose their content; failed ones keep it for the sender. */
  async endScheduledMessage(
    { id }: ScheduledMessageRow,
    end: ScheduledMessageEnd,
    version: number,
  ): Promise<ScheduledMessageRow> {
    const isOver = end.state !== 'failed';
    const row = await this.database.queryOne<ScheduledMessageRow>(
      `UPDATE scheduled_messages SET state = $2, error_code = $3, message_id = $4, version = $5, updated_at = clock_timestamp(),
         content = CASE WHEN NOT $6 THEN content END, metadata = CASE WHEN NOT $6 THEN metadata END,
         mentions = CASE WHEN NOT $6 THEN mentions END, mentions_all = mentions_all AND NOT $6,
         reply_to_id = CASE WHEN NOT $6 THEN reply_to_id END, thread_root_id = CASE WHEN NOT $6 THEN thread_root_id END
       WHERE id = $1 RETURNING ${COLUMNS}`,
      [
        id,
        end.state,
        end.state === 'failed' ? end.errorCode : null,
        end.state === 'sent' ? end.messageId : null,
        version,
        isOver,
      ],
    );
    return row!;
  }
}
