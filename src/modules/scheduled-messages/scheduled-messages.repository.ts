import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { MessageType } from '../conversations/dto/message-preview.dto.js';
import type { ScheduledMessageRow } from './dto/scheduled-message.dto.js';

export interface NewScheduled {
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

const COLUMNS = `id, sender_id, conversation_id, type, content, metadata, mentions, mentions_all, reply_to_id, thread_root_id,
  send_at, state, error_code, message_id, client_id, version, created_at, updated_at`;

/** What may still change while it waits. */
export type Wording = Pick<
  ScheduledMessageRow,
  'content' | 'metadata' | 'mentions' | 'mentions_all' | 'send_at'
>;

/** What has become of it. */
export type End =
  { state: 'sent'; messageId: string } | { state: 'failed'; errorCode: string } | { state: 'cancelled' };

/** Where a page begins: after the last one of the page before. */
export interface After {
  at: Date;
  id: string;
}

/** Each change of a row is the next value of its sender's counter `me`. */
@Injectable()
export class ScheduledMessagesRepository {
  constructor(private readonly database: Database) {}

  find(id: string): Promise<ScheduledMessageRow | null> {
    return this.database.queryOne(`SELECT ${COLUMNS} FROM scheduled_messages WHERE id = $1`, [id]);
  }

  /** As it is once nobody else changes it, and whether its time has come. */
  lock(id: string): Promise<(ScheduledMessageRow & { is_due: boolean }) | null> {
    return this.database.queryOne(
      `SELECT ${COLUMNS}, send_at <= now() AS is_due FROM scheduled_messages WHERE id = $1 FOR NO KEY UPDATE`,
      [id],
    );
  }

  findByClientId(senderId: string, clientId: string): Promise<ScheduledMessageRow | null> {
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

  /** Those that wait or were refused, by their time. */
  page(
    senderId: string,
    conversationId: string | undefined,
    { at, id }: After,
    limit: number,
  ): Promise<ScheduledMessageRow[]> {
    return this.database.query(
      `SELECT ${COLUMNS} FROM scheduled_messages
       WHERE sender_id = $1 AND state IN ('scheduled', 'failed') AND (send_at, id) > ($3, $4)
         AND ($2::uuid IS NULL OR conversation_id = $2)
       ORDER BY send_at, id LIMIT $5`,
      [senderId, conversationId, at, id, limit],
    );
  }

  /** In the order of their changes; who has nothing yet is not told of what is over. */
  changedAfter(senderId: string, after: number, limit: number): Promise<ScheduledMessageRow[]> {
    return this.database.query(
      `SELECT ${COLUMNS} FROM scheduled_messages
       WHERE sender_id = $1 AND version > $2 AND ($2 > 0 OR state IN ('scheduled', 'failed'))
       ORDER BY version LIMIT $3`,
      [senderId, after, limit],
    );
  }

  async insert(scheduled: NewScheduled): Promise<ScheduledMessageRow> {
    const {
      id,
      senderId,
      conversationId,
      type,
      content,
      metadata,
      mentions,
      mentionsAll = false,
    } = scheduled;
    const { replyToId, threadRootId, sendAt, clientId, version } = scheduled;
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

  async update({ id }: ScheduledMessageRow, wording: Wording, version: number): Promise<ScheduledMessageRow> {
    const { content, metadata, mentions, mentions_all, send_at } = wording;
    const row = await this.database.queryOne<ScheduledMessageRow>(
      `UPDATE scheduled_messages SET content = $2, metadata = $3, mentions = $4::uuid[], mentions_all = $5, send_at = $6,
         version = $7, updated_at = clock_timestamp() WHERE id = $1 RETURNING ${COLUMNS}`,
      [id, content, metadata, mentions, mentions_all, send_at, version],
    );
    return row!;
  }

  /** What was sent or cancelled is nowhere else any more; what was refused stays for its sender. */
  async end({ id }: ScheduledMessageRow, end: End, version: number): Promise<ScheduledMessageRow> {
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
