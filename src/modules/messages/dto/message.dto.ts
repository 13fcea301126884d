import { ApiExtraModels } from '@nestjs/swagger';
import {
  ChoiceField,
  IdField,
  IntField,
  MapField,
  NestedField,
  TextField,
  TimeField,
} from '../../../kernel/validation/fields.js';
import { ExcerptDto, MESSAGE_TYPES, type MessageType } from '../../conversations/dto/message-preview.dto.js';
import { UserDto } from '../../users/dto/user.dto.js';
import { UsersField } from '../../users/dto/users-field.js';

/** A message with what it replies to, as the repository reads them. */
export interface MessageRow {
  id: string;
  conversation_id: string;
  seq: number;
  version: number;
  sender_id: string | null;
  type: MessageType;
  content: string | null;
  metadata: Record<string, string | number | boolean> | null;
  client_id: string | null;
  created_at: Date;
  edited_at: Date | null;
  deleted_at: Date | null;
  reply_id: string | null;
  reply_seq: number;
  reply_sender_id: string | null;
  reply_type: MessageType;
  reply_excerpt: string | null;
  reply_deleted_at: Date | null;
}

/** The message that another one replies to. */
export class ReplyDto extends ExcerptDto {
  static from(row: MessageRow): ReplyDto | null {
    if (!row.reply_id) return null;
    return {
      id: row.reply_id,
      seq: row.reply_seq,
      senderId: row.reply_sender_id,
      type: row.reply_type,
      excerpt: row.reply_excerpt,
      deletedAt: row.reply_deleted_at?.toISOString() ?? null,
    };
  }
}

/** A message: the same for every reader. Whatever carries a newer `version` of it replaces what you have. */
export class MessageDto {
  @IdField('The message.')
  id: string;

  @IdField('Where it was written.')
  conversationId: string;

  @IntField('Its place in the conversation: one order for everybody, without gaps, for ever.', { min: 1 })
  seq: number;

  @IntField('The version of the conversation that its last change made.', { min: 1 })
  version: number;

  @IdField('Who wrote it; null: the server.', { nullable: true })
  senderId: string | null;

  @ChoiceField('What it is.', MESSAGE_TYPES)
  type: MessageType;

  @TextField('Its text; null once deleted.', { nullable: true, max: 10_000 })
  content: string | null;

  @MapField('Small values of the sender’s product; null: none.', { nullable: true })
  metadata: Record<string, string | number | boolean> | null;

  @NestedField('What it replies to.', () => ReplyDto, { nullable: true })
  replyTo: ReplyDto | null;

  @TextField('The clientId that the sender gave it.', { nullable: true, max: 64 })
  clientId: string | null;

  @TimeField('When it was committed. Order comes from seq, not from this.')
  createdAt: string;

  @TimeField('When it was last edited.', { nullable: true })
  editedAt: string | null;

  @TimeField('When it was deleted: the content is gone, the place stays.', { nullable: true })
  deletedAt: string | null;

  static from(row: MessageRow): MessageDto {
    return {
      id: row.id,
      conversationId: row.conversation_id,
      seq: row.seq,
      version: row.version,
      senderId: row.sender_id,
      type: row.type,
      content: row.content,
      metadata: row.metadata,
      replyTo: ReplyDto.from(row),
      clientId: row.client_id,
      createdAt: row.created_at.toISOString(),
      editedAt: row.edited_at?.toISOString() ?? null,
      deletedAt: row.deleted_at?.toISOString() ?? null,
    };
  }
}

@ApiExtraModels(UserDto)
export class MessagePageDto {
  @NestedField('Oldest first.', () => [MessageDto])
  items: MessageDto[];

  @TextField('Goes on in the direction that was asked; null: nothing more there.', { nullable: true })
  nextCursor: string | null;

  @UsersField()
  users: Record<string, UserDto>;
}
