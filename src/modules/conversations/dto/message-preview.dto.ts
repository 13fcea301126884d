import { EnumField, IdField, IntField, TextField, DateTimeField } from '../../../kernel/validation/fields.js';

export const MESSAGE_TYPES = ['text', 'image', 'video', 'voice', 'file', 'poll', 'call', 'system'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Characters of a message that a preview shows. */
export const EXCERPT_LENGTH = 100;

/** The newest message of a conversation, as the repository reads it. */
export interface PreviewRow {
  last_id: string | null;
  last_message_seq: number;
  last_sender_id: string | null;
  last_type: MessageType;
  last_excerpt: string | null;
  last_created_at: Date;
  last_edited_at: Date | null;
  last_deleted_at: Date | null;
}

/** A message in short. It follows that message's own edits and deletion. */
export class ExcerptDto {
  @IdField('The message.')
  id: string;

  @IntField('Its place in the conversation.', { min: 1 })
  seq: number;

  @IdField('Who wrote it; null: the server.', { nullable: true })
  senderId: string | null;

  @EnumField('What it is.', MESSAGE_TYPES)
  type: MessageType;

  @TextField('The first 100 characters of its text; null when it has none, or was deleted.', {
    nullable: true,
    max: EXCERPT_LENGTH,
  })
  excerpt: string | null;

  @DateTimeField('When it was deleted.', { nullable: true })
  deletedAt: string | null;
}

/** The newest message, as a list of conversations shows it. */
export class MessagePreviewDto extends ExcerptDto {
  @DateTimeField('When it was committed.')
  createdAt: string;

  @DateTimeField('When it was last edited.', { nullable: true })
  editedAt: string | null;

  static from(row: PreviewRow): MessagePreviewDto | null {
    if (!row.last_id) return null;
    return {
      id: row.last_id,
      seq: row.last_message_seq,
      senderId: row.last_sender_id,
      type: row.last_type,
      excerpt: row.last_excerpt,
      createdAt: row.last_created_at.toISOString(),
      editedAt: row.last_edited_at?.toISOString() ?? null,
      deletedAt: row.last_deleted_at?.toISOString() ?? null,
    };
  }
}
