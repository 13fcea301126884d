import { toExcerpt } from '../../../kernel/text/graphemes.js';
import { EnumField, IdField, IntField, TextField, DateTimeField } from '../../../kernel/validation/fields.js';

export const MESSAGE_TYPES = ['text', 'image', 'video', 'voice', 'file', 'poll', 'call', 'system'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Maximum length of the excerpt of a message, in characters. */
const EXCERPT_LENGTH = 100;

/** SQL of the text that `toExcerptOrNull` cuts: one more character tells where the last grapheme ends. */
export const excerptSql = (content: string): string => `left(${content}, ${EXCERPT_LENGTH + 1})`;

export function toExcerptOrNull(text: string | null): string | null {
  return text === null ? null : toExcerpt(text, EXCERPT_LENGTH);
}

/** Newest message of a conversation. */
export interface PreviewRow {
  last_id: string | null;
  last_message_seq: number;
  last_sender_id: string | null;
  last_type: MessageType;
  /** Text by `excerptSql`. */
  last_excerpt: string | null;
  last_created_at: Date;
  last_edited_at: Date | null;
  last_deleted_at: Date | null;
}

/** Excerpt of a message, current with its edits and deletion. */
export class ExcerptDto {
  @IdField('Id of the message.')
  id: string;

  @IntField('Seq of the message in the conversation.', { min: 1 })
  seq: number;

  @IdField('Id of the sender; null for a system message.', { nullable: true })
  senderId: string | null;

  @EnumField('Type of the message.', MESSAGE_TYPES)
  type: MessageType;

  @TextField(
    'First characters of the text, at most 100, cut between grapheme clusters; null without text, or when deleted or hidden.',
    {
      nullable: true,
      max: EXCERPT_LENGTH,
    },
  )
  excerpt: string | null;

  @DateTimeField('Time of the deletion; null when not deleted.', { nullable: true })
  deletedAt: string | null;
}

/** Newest message of a conversation in lists. */
export class MessagePreviewDto extends ExcerptDto {
  @DateTimeField('Time of the commit.')
  createdAt: string;

  @DateTimeField('Time of the last edit; null when not edited.', { nullable: true })
  editedAt: string | null;

  static from(row: PreviewRow): MessagePreviewDto | null {
    if (!row.last_id) return null;
    return {
      id: row.last_id,
      seq: row.last_message_seq,
      senderId: row.last_sender_id,
      type: row.last_type,
      excerpt: toExcerptOrNull(row.last_excerpt),
      createdAt: row.last_created_at.toISOString(),
      editedAt: row.last_edited_at?.toISOString() ?? null,
      deletedAt: row.last_deleted_at?.toISOString() ?? null,
    };
  }
}
