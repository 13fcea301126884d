import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { MessageRow, MessageType } from './dto/message.dto.js';

export interface NewMessage {
  id: string;
  conversationId: string;
  senderId: string;
  type: MessageType;
  content?: string;
  media?: unknown;
  payload?: unknown;
  metadata?: object;
  replyToId?: string;
  threadRootId?: string;
  clientId?: string;
}

/** A message after a change, and the version of the member list that hears of it. */
export type ChangedRow = MessageRow & { audience_version: number };
/** `outcome`: created, duplicate, or the code of an error; only the first two come with a message. */
export type AppendedRow = ChangedRow & { outcome: string };

/** The columns of MessageRow, out of two rows of messages: the message and what it replies to. */
const columns = (message: string, reply: string): string => `
  ${message}.id, ${message}.conversation_id, ${message}.seq, ${message}.version, ${message}.sender_id, ${message}.type,
  ${message}.content, ${message}.metadata, ${message}.client_id, ${message}.created_at, ${message}.edited_at, ${message}.deleted_at,
  ${reply}.id AS reply_id, ${reply}.seq AS reply_seq, ${reply}.sender_id AS reply_sender_id, ${reply}.type AS reply_type,
  left(${reply}.content, 100) AS reply_excerpt, ${reply}.deleted_at AS reply_deleted_at`;

const SELECT = `SELECT ${columns('m', 'r')} FROM messages m LEFT JOIN messages r ON r.id = m.reply_to_id`;
const APPEND = `
  SELECT outcome, audience_version, ${columns('(message)', '(reply)')}
  FROM append_message($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`;

@Injectable()
export class MessagesRepository {
  constructor(private readonly database: Database) {}

  /** Lock, look, append: one round trip, see the migration of append_message. */
  async append(message: NewMessage): Promise<AppendedRow> {
    const {
      id,
      conversationId,
      senderId,
      type,
      content,
      media,
      payload,
      metadata,
      replyToId,
      threadRootId,
      clientId,
    } = message;
    const parameters = [
      id,
      conversationId,
      senderId,
      type,
      content,
      media,
      payload,
      metadata,
      replyToId,
      threadRootId,
      clientId,
    ];
    const [row] = await this.database.rows<AppendedRow>(APPEND, parameters);
    return row!;
  }

  find(messageId: string): Promise<MessageRow | null> {
    return this.database.row(`${SELECT} WHERE m.id = $1`, [messageId]);
  }

  async findConversationOf(messageId: string): Promise<string | null> {
    const row = await this.database.row<{ conversation_id: string }>(
      'SELECT conversation_id FROM messages WHERE id = $1',
      [messageId],
    );
    return row?.conversation_id ?? null;
  }

  /** Newest first. */
  pageBefore(conversationId: string, seq: number, limit: number): Promise<MessageRow[]> {
    return this.database.rows(
      `${SELECT} WHERE m.conversation_id = $1 AND m.seq < $2 ORDER BY m.seq DESC LIMIT $3`,
      [conversationId, seq, limit],
    );
  }

  /** Oldest first. */
  pageAfter(conversationId: string, seq: number, limit: number): Promise<MessageRow[]> {
    return this.database.rows(
      `${SELECT} WHERE m.conversation_id = $1 AND m.seq > $2 ORDER BY m.seq LIMIT $3`,
      [conversationId, seq, limit],
    );
  }

  edit(message: MessageRow, content: string): Promise<ChangedRow> {
    return this.change(message, 'content = $3, edited_at = clock_timestamp()', [content]);
  }

  /** Everything that was said in it goes; who, where and when stay. */
  bury(message: MessageRow): Promise<ChangedRow> {
    return this.change(
      message,
      'content = NULL, media = NULL, payload = NULL, metadata = NULL, pinned_at = NULL, pinned_by = NULL, deleted_at = clock_timestamp()',
      [],
    );
  }

  /** One change of a message is one version of its conversation, whose row the caller has locked. */
  private async change(
    { id, conversation_id }: MessageRow,
    assignments: string,
    values: unknown[],
  ): Promise<ChangedRow> {
    const [row] = await this.database.rows<ChangedRow>(
      `WITH place AS (
         UPDATE conversations SET version = version + 1 WHERE id = $2 RETURNING version, members_version
       ), changed AS (
         UPDATE messages SET ${assignments}, version = place.version, updated_at = clock_timestamp()
         FROM place WHERE id = $1 RETURNING messages.*
       )
       SELECT ${columns('m', 'r')}, place.members_version AS audience_version
       FROM place CROSS JOIN changed m LEFT JOIN messages r ON r.id = m.reply_to_id`,
      [id, conversation_id, ...values],
    );
    return row!;
  }
}
