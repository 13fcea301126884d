import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import { Config } from '../../kernel/config/config.js';
import { READ_STATE_COLUMNS, type ReadStateRow } from '../conversations/dto/membership.dto.js';
import type { MediaDto } from '../attachments/dto/media.dto.js';
import { excerptSql, type MessageType } from '../conversations/dto/message-preview.dto.js';
import { selectList } from '../../kernel/database/row-of.js';
import type { MessageRow, ReaderColumns } from './dto/message.dto.js';

/** Input of append_messages. */
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
  /** Moves the read position of the sender to the message. */
  markRead?: boolean;
}

export interface EditedContent {
  /** Null: no text, in a message with media. */
  content: string | null;
  mentions: string[];
  mentionsAll: boolean;
}

/** Ids of a message and of its conversation. */
export type MessageLocation = Pick<MessageRow, 'id' | 'conversation_id'>;

/** Message after a change, with the version of the member list of its recipients. */
export type ChangedRow = MessageRow & { members_version: number };
/** `outcome`: created, duplicate, busy (repeat the append), or an error code. Other outcomes have no message. */
export type AppendedRow = ChangedRow & { outcome: string } & Partial<Omit<ReadStateRow, 'outcome'>> & {
    /** Outcome of update_read_state. Null or undefined without markRead. */
    read_outcome?: string | null;
  };

/** Columns of MessageRow that every reader sees alike. */
const OWN_COLUMNS = selectList<Omit<MessageRow, keyof ReaderColumns | `reply_${string}`>>({
  id: true,
  conversation_id: true,
  seq: true,
  version: true,
  sender_id: true,
  type: true,
  content: true,
  media: true,
  payload: true,
  metadata: true,
  mentions: true,
  mentions_all: true,
  reactions: true,
  thread_root_id: true,
  thread_reply_count: true,
  thread_last_reply_seq: true,
  forwarded: true,
  pinned_at: true,
  pinned_by: true,
  client_id: true,
  created_at: true,
  edited_at: true,
  deleted_at: true,
}).split(', ');

/** SQL of the reader of messages: user id, and the conditions that the reader has hidden a message. */
export interface MessageReader {
  userId: string;
  isHidden: (message: string) => string;
  /** Condition for the message that another message replies to; by default the same. */
  isReplyHidden?: (reply: string) => string;
}

/** ReaderColumns of a message and of the message that it replies to. */
const readerColumns = (message: string, reply: string, reader?: MessageReader): string =>
  reader
    ? `${reader.isHidden(message)} AS is_hidden, ${(reader.isReplyHidden ?? reader.isHidden)(reply)} AS reply_is_hidden,
       CASE WHEN ${message}.reactions IS NOT NULL THEN ARRAY(
         SELECT emoji FROM message_reactions own WHERE own.message_id = ${message}.id AND own.user_id = ${reader.userId}
       ) END AS own_emojis`
    : 'false AS is_hidden, false AS reply_is_hidden, NULL::text[] AS own_emojis';

/**
 * Columns of MessageRow from two rows of messages: the message and the message that it replies to. Without a reader no
 * message is hidden and no reaction is own.
 */
export const messageColumns = (message: string, reply: string, reader?: MessageReader): string => `
  ${OWN_COLUMNS.map((column) => `${message}.${column}`).join(', ')}, ${readerColumns(message, reply, reader)},
  ${reply}.id AS reply_id, ${reply}.seq AS reply_seq, ${reply}.sender_id AS reply_sender_id, ${reply}.type AS reply_type,
  ${excerptSql(`${reply}.content`)} AS reply_excerpt, ${reply}.deleted_at AS reply_deleted_at`;

const isHiddenBy = (userId: string, message: string): string =>
  `EXISTS (SELECT FROM hidden_messages(${userId}) hidden WHERE hidden.message_id = ${message}.id)`;
/** SQL condition that user $1 has hidden the message. */
export const isHiddenSql = (message: string): string => isHiddenBy('$1', message);
/** User $1 as reader. */
export const READER: MessageReader = { userId: '$1', isHidden: isHiddenSql };
/** Sender of an appended message as reader. A new message is not hidden. */
const SENDER: MessageReader = {
  userId: '(message).sender_id',
  isHidden: (message) => `outcome = 'duplicate' AND ${isHiddenBy('(message).sender_id', message)}`,
  isReplyHidden: (reply) => `${reply}.id IS NOT NULL AND ${isHiddenBy('(message).sender_id', reply)}`,
};

export const MESSAGES_WITH_REPLIES = 'messages m LEFT JOIN messages r ON r.id = m.reply_to_id';
const SELECT = `SELECT ${messageColumns('m', 'r', READER)} FROM ${MESSAGES_WITH_REPLIES}`;
const APPEND = `
  SELECT outcome, members_version, ${messageColumns('(message)', '(reply)', SENDER)} FROM append_messages($1, $2) ORDER BY ordinal`;
/**
 * Appends, then moves the read positions of the senders of messages $3 to their messages. Senders are locked in the order of
 * ids. OFFSET 0 keeps the planner from calling update_read_state for other messages.
 */
const APPEND_AND_READ = `
  SELECT outcome, members_version, ${messageColumns('(message)', '(reply)', SENDER)}, read_state.*
  FROM (SELECT * FROM append_messages($1, $2) ORDER BY (message).sender_id OFFSET 0) appended
  LEFT JOIN LATERAL (
    SELECT moved.outcome AS read_outcome, ${READ_STATE_COLUMNS}
    FROM (
      SELECT (message).conversation_id, (message).sender_id, (message).seq
      WHERE appended.outcome = 'created' AND (message).id = ANY ($3::uuid[]) AND (message).thread_root_id IS NULL OFFSET 0
    ) own
    CROSS JOIN LATERAL update_read_state(own.conversation_id, own.sender_id, 'read', own.seq, $4) moved
  ) read_state ON true
  ORDER BY ordinal`;

/** Single messages: append, lookup, lock and change. */
@Injectable()
export class MessagesRepository {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {}

  /** Waits while another transaction has locked the conversation. */
  async append(message: NewMessage): Promise<AppendedRow> {
    const [row] = await this.appendBatch([message], { wait: true });
    return row!;
  }

  /** Appends all messages or none in one round trip. Returns one row for each message, in order. */
  appendBatch(messages: NewMessage[], { wait }: { wait: boolean }): Promise<AppendedRow[]> {
    const input = JSON.stringify(messages);
    const readIds = messages.filter(({ markRead }) => markRead).map(({ id }) => id);
    if (readIds.length === 0) return this.database.query(APPEND, [input, wait]);
    return this.database.query(APPEND_AND_READ, [input, wait, readIds, this.config.receiptsMaxMembers]);
  }

  /** Message as seen by the given user. */
  findMessageForUser(userId: string, messageId: string): Promise<MessageRow | null> {
    return this.database.queryOne(`${SELECT} WHERE m.id = $2`, [userId, messageId]);
  }

  findByClientId(senderId: string, clientId: string): Promise<MessageRow | null> {
    return this.database.queryOne(`${SELECT} WHERE m.sender_id = $1 AND m.client_id = $2`, [
      senderId,
      clientId,
    ]);
  }

  /** Whether the message is in the conversation. `asRoot`: and can have a thread. */
  async hasMessage(conversationId: string, messageId: string, { asRoot = false } = {}): Promise<boolean> {
    const row = await this.database.queryOne(
      'SELECT id FROM messages WHERE id = $2 AND conversation_id = $1 AND (NOT $3 OR thread_root_id IS NULL)',
      [conversationId, messageId, asRoot],
    );
    return row !== null;
  }

  /** Whether the user can read the message, which then cannot be deleted before the end of the transaction. */
  async lockReadable(messageId: string, userId: string): Promise<boolean> {
    const row = await this.database.queryOne(
      `SELECT m.id FROM messages m JOIN conversation_members c ON c.conversation_id = m.conversation_id AND c.user_id = $2
       JOIN conversations v ON v.id = m.conversation_id AND v.deleted_at IS NULL
       WHERE m.id = $1 AND m.deleted_at IS NULL FOR SHARE OF m`,
      [messageId, userId],
    );
    return row !== null;
  }

  async findConversationId(messageId: string): Promise<string | null> {
    const row = await this.database.queryOne<{ conversation_id: string }>(
      'SELECT conversation_id FROM messages WHERE id = $1',
      [messageId],
    );
    return row?.conversation_id ?? null;
  }

  updateContent(
    message: MessageLocation,
    { content, mentions, mentionsAll }: EditedContent,
  ): Promise<ChangedRow> {
    return this.updateMessageRow(
      message,
      'content = $3, mentions = $4::uuid[], mentions_all = $5, edited_at = clock_timestamp()',
      [content, mentions, mentionsAll],
    );
  }

  updatePayload(message: MessageLocation, payload: object): Promise<ChangedRow> {
    return this.updateMessageRow(message, 'payload = $3', [payload]);
  }

  /** Removes the content. Sender, seq and times stay. */
  softDelete(message: MessageLocation): Promise<ChangedRow> {
    return this.updateMessageRow(
      message,
      `content = NULL, media = NULL, payload = NULL, metadata = NULL, mentions = NULL, mentions_all = false,
       reactions = NULL, pinned_at = NULL, pinned_by = NULL, deleted_at = clock_timestamp()`,
      [],
    );
  }

  /** Stores the current text as a revision. No effect without a text. */
  async insertRevision(messageId: string): Promise<void> {
    await this.database.query(
      `INSERT INTO message_edits (message_id, version, content, written_at)
       SELECT id, version, content, coalesce(edited_at, created_at) FROM messages WHERE id = $1 AND content IS NOT NULL`,
      [messageId],
    );
  }

  /** Deletes the oldest revisions beyond EDIT_HISTORY_MAX. */
  async deleteOldRevisions(messageId: string): Promise<void> {
    await this.database.query(
      `DELETE FROM message_edits WHERE message_id = $1 AND version <= (
         SELECT version FROM message_edits WHERE message_id = $1 ORDER BY version DESC OFFSET $2 LIMIT 1
       )`,
      [messageId, this.config.editHistoryMax],
    );
  }

  /**
   * Changes a message and increments the version of its conversation, whose row the caller has locked. `assignments` is
   * SQL of a repository of this module; its parameters begin with $3.
   */
  async updateMessageRow(
    { id, conversation_id }: MessageLocation,
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
