import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { MediaDto } from '../attachments/dto/media.dto.js';
import { EXCERPT_LENGTH, type MessageType } from '../conversations/dto/message-preview.dto.js';
import type { MessageRow } from './dto/message.dto.js';

export interface NewMessage {
  id: string;
  conversationId: string;
  senderId: string;
  type: MessageType;
  content?: string;
  media?: MediaDto[];
  payload?: unknown;
  metadata?: object;
  mentions?: string[];
  mentionsAll?: boolean;
  forwarded?: boolean;
  replyToId?: string;
  threadRootId?: string;
  clientId?: string;
}

export interface Edit {
  content: string;
  mentions: string[];
  mentionsAll: boolean;
}

/** Which message, and where. */
export type MessagePlace = Pick<MessageRow, 'id' | 'conversation_id'>;

/** Who reads where. */
export interface Reader {
  conversationId: string;
  userId: string;
}

/** A message after a change, and the version of the member list that hears of it. */
export type ChangedRow = MessageRow & { members_version: number };
/** `outcome`: created, duplicate, busy (ask again), or the code of an error; only the first two come with a message. */
export type AppendedRow = ChangedRow & { outcome: string };

/**
 * The columns of MessageRow, out of two rows of messages: the message and what it replies to. What the reader has hidden
 * is an SQL expression of theirs for a message; a broadcast hides nothing.
 */
export const messageColumns = (
  message: string,
  reply: string,
  isHidden: (message: string) => string = () => 'false',
): string => `
  ${message}.id, ${message}.conversation_id, ${message}.seq, ${message}.version, ${message}.sender_id, ${message}.type,
  ${message}.content, ${message}.media, ${message}.payload, ${message}.metadata, ${message}.mentions, ${message}.mentions_all, ${message}.reactions,
  ${message}.thread_root_id, ${message}.thread_reply_count, ${message}.thread_last_reply_seq, ${message}.forwarded,
  ${message}.pinned_at, ${message}.pinned_by, ${message}.client_id, ${message}.created_at, ${message}.edited_at,
  ${message}.deleted_at, ${isHidden(message)} AS is_hidden,
  ${reply}.id AS reply_id, ${reply}.seq AS reply_seq, ${reply}.sender_id AS reply_sender_id, ${reply}.type AS reply_type,
  CASE WHEN ${isHidden(reply)} THEN NULL ELSE left(${reply}.content, ${EXCERPT_LENGTH}) END AS reply_excerpt, ${reply}.deleted_at AS reply_deleted_at`;

/** Whether $1 has hidden it. */
export const HIDDEN = (message: string): string =>
  `EXISTS (SELECT FROM hidden_messages($1) hidden WHERE hidden.message_id = ${message}.id)`;
const FROM = 'FROM messages m LEFT JOIN messages r ON r.id = m.reply_to_id';
const SELECT = `SELECT ${messageColumns('m', 'r')} ${FROM}`;
/** What $2 has hidden in $1, found once for a whole page. */
const HIDDEN_HERE = 'ARRAY(SELECT message_id FROM hidden_messages($2) WHERE conversation_id = $1)';
/** Whether it is one of those. */
export const HIDDEN_OF_PAGE = (message: string): string => `${message}.id = ANY (${HIDDEN_HERE})`;
/**
 * The messages of $1 for $2, who finds none where they are not a member. A LIMIT is written out after it: with one that
 * it does not know, PostgreSQL plans anew for every page, which takes longer than to read it.
 */
const READABLE = `SELECT ${messageColumns('m', 'r', HIDDEN_OF_PAGE)} ${FROM}
  WHERE m.conversation_id = $1 AND EXISTS (SELECT FROM membership_context($1, $2) WHERE is_active)`;
const APPEND = `
  SELECT outcome, members_version, ${messageColumns('(message)', '(reply)')} FROM append_messages($1, $2) ORDER BY ordinal`;

@Injectable()
export class MessagesRepository {
  constructor(private readonly database: Database) {}

  /** Waits for the conversation when somebody else has locked it. */
  async append(message: NewMessage): Promise<AppendedRow> {
    const [row] = await this.appendAll([message], { wait: true });
    return row!;
  }

  /** Lock, look, append, all or none, in one round trip: see the migration of append_messages. A row for each, in order. */
  appendAll(messages: NewMessage[], { wait }: { wait: boolean }): Promise<AppendedRow[]> {
    return this.database.query(APPEND, [JSON.stringify(messages), wait]);
  }

  find(messageId: string): Promise<MessageRow | null> {
    return this.database.queryOne(`${SELECT} WHERE m.id = $1`, [messageId]);
  }

  /** As this person sees it. */
  findFor(userId: string, messageId: string): Promise<MessageRow | null> {
    return this.database.queryOne(`SELECT ${messageColumns('m', 'r', HIDDEN)} ${FROM} WHERE m.id = $2`, [
      userId,
      messageId,
    ]);
  }

  /** The message that this person sent with this clientId. */
  findByClientId(senderId: string, clientId: string): Promise<MessageRow | null> {
    return this.database.queryOne(`${SELECT} WHERE m.sender_id = $1 AND m.client_id = $2`, [
      senderId,
      clientId,
    ]);
  }

  /** Whether it is in the conversation; `asRoot`: and may have a thread. */
  async has(conversationId: string, messageId: string, { asRoot = false } = {}): Promise<boolean> {
    const found = await this.database.queryOne(
      'SELECT id FROM messages WHERE id = $2 AND conversation_id = $1 AND (NOT $3 OR thread_root_id IS NULL)',
      [conversationId, messageId, asRoot],
    );
    return found !== null;
  }

  /** Whether it still says something to this person; until the end of the transaction it goes on doing so. */
  async lockReadable(messageId: string, userId: string): Promise<boolean> {
    const held = await this.database.queryOne(
      `SELECT m.id FROM messages m JOIN conversation_members c ON c.conversation_id = m.conversation_id AND c.user_id = $2
       WHERE m.id = $1 AND m.deleted_at IS NULL FOR SHARE OF m`,
      [messageId, userId],
    );
    return held !== null;
  }

  async findConversationOf(messageId: string): Promise<string | null> {
    const row = await this.database.queryOne<{ conversation_id: string }>(
      'SELECT conversation_id FROM messages WHERE id = $1',
      [messageId],
    );
    return row?.conversation_id ?? null;
  }

  /** Newest first. */
  pageBefore({ conversationId, userId }: Reader, seq: number, limit: number): Promise<MessageRow[]> {
    const sql = `${READABLE} AND m.seq < $3 ORDER BY m.seq DESC LIMIT ${limit}`;
    return this.database.query(sql, [conversationId, userId, seq]);
  }

  /** Oldest first. */
  pageAfter({ conversationId, userId }: Reader, seq: number, limit: number): Promise<MessageRow[]> {
    const sql = `${READABLE} AND m.seq > $3 ORDER BY m.seq LIMIT ${limit}`;
    return this.database.query(sql, [conversationId, userId, seq]);
  }

  edit(message: MessageRow, { content, mentions, mentionsAll }: Edit): Promise<ChangedRow> {
    return this.updateMessageRow(
      message,
      'content = $3, mentions = $4::uuid[], mentions_all = $5, edited_at = clock_timestamp()',
      [content, mentions, mentionsAll],
    );
  }

  /** Everything that was said in it goes; who, where and when stay. */
  softDelete(message: MessageRow): Promise<ChangedRow> {
    return this.updateMessageRow(
      message,
      `content = NULL, media = NULL, payload = NULL, metadata = NULL, mentions = NULL, mentions_all = false,
       reactions = NULL, pinned_at = NULL, pinned_by = NULL, deleted_at = clock_timestamp()`,
      [],
    );
  }

  /**
   * One change of a message is one version of its conversation, whose row the caller has locked. The assignments are SQL
   * of a repository here, about message $1; the values begin with $3.
   */
  async updateMessageRow(
    { id, conversation_id }: MessagePlace,
    assignments: string,
    values: unknown[],
  ): Promise<ChangedRow> {
    const [row] = await this.database.query<ChangedRow>(
      `WITH counted AS (
         SELECT * FROM increment_conversation_version($2)
       ), changed AS (
         UPDATE messages SET ${assignments}, version = counted.version, updated_at = clock_timestamp()
         FROM counted WHERE id = $1 RETURNING messages.*
       )
       SELECT ${messageColumns('m', 'r')}, counted.members_version
       FROM counted CROSS JOIN changed m LEFT JOIN messages r ON r.id = m.reply_to_id`,
      [id, conversation_id, ...values],
    );
    return row!;
  }
}
