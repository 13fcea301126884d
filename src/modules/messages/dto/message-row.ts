import type { ColumnsOf } from '../../../kernel/database/row-of.js';
import type { MessageType } from '../../conversations/dto/message-preview.dto.js';
import type { Message } from '../entities/message.entity.js';

/** Columns of a message and of the message that it replies to. */
export type MessageRow = ColumnsOf<
  Message,
  | 'id'
  | 'conversation_id'
  | 'seq'
  | 'version'
  | 'sender_id'
  | 'type'
  | 'content'
  | 'media'
  | 'payload'
  | 'metadata'
  | 'mentions'
  | 'mentions_all'
  | 'reactions'
  | 'thread_root_id'
  | 'thread_reply_count'
  | 'thread_last_reply_seq'
  | 'forwarded'
  | 'pinned_at'
  | 'pinned_by'
  | 'client_id'
  | 'created_at'
  | 'edited_at'
  | 'deleted_at'
> & {
  /** Whether the reader has hidden the message. */
  is_hidden: boolean;
  /** Emojis of the reader's reactions; null for none. */
  own_emojis: string[] | null;
  reply_id: string | null;
  reply_seq: number;
  reply_sender_id: string | null;
  reply_type: MessageType;
  /** Text by `excerptSql`. */
  reply_excerpt: string | null;
  /** Whether the reader has hidden the message that this message replies to. */
  reply_is_hidden: boolean;
  reply_deleted_at: Date | null;
};

/** Columns of MessageRow that depend on the reader. */
export type ReaderColumns = Pick<MessageRow, 'is_hidden' | 'own_emojis' | 'reply_is_hidden'>;
