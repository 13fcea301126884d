import { ApiExtraModels } from '@nestjs/swagger';
import type { ColumnsOf } from '../../../../kernel/database/row-of.js';
import {
  CursorField,
  IdField,
  IntField,
  NestedField,
  TextField,
  DateTimeField,
} from '../../../../kernel/validation/fields.js';
import { UserDto } from '../../../users/dto/user.dto.js';
import { UsersField } from '../../../users/dto/users-field.js';
import { MessageDto } from '../../dto/message.dto.js';
import type { MessageFlags } from '../entities/message-flags.entity.js';

export type MessageFlagsRow = ColumnsOf<
  MessageFlags,
  'message_id' | 'conversation_id' | 'seq' | 'saved_at' | 'hidden_at' | 'version'
>;

/** What a message is to me alone. */
export class MessageFlagsDto {
  @IdField('Where it was written.')
  conversationId: string;

  @IdField('The message.')
  messageId: string;

  @IntField('Its place in the conversation.', { min: 1 })
  seq: number;

  @DateTimeField('When I saved it; null: I have not.', { nullable: true })
  savedAt: string | null;

  @DateTimeField('When I hid it from myself; null: I have not.', { nullable: true })
  hiddenAt: string | null;

  @IntField('Where my counter `me` stands with this.')
  accountVersion: number;

  static from(row: MessageFlagsRow): MessageFlagsDto {
    return {
      conversationId: row.conversation_id,
      messageId: row.message_id,
      seq: row.seq,
      savedAt: row.saved_at?.toISOString() ?? null,
      hiddenAt: row.hidden_at?.toISOString() ?? null,
      accountVersion: row.version,
    };
  }
}

export class ListSavedDto {
  @CursorField()
  cursor?: string;

  @IntField('How many at most.', { optional: true, min: 1, max: 100, default: 50 })
  limit?: number = 50;
}

export class SavedMessageDto {
  @DateTimeField('When I saved it.')
  savedAt: string;

  @NestedField('The message as it is now.', () => MessageDto)
  message: MessageDto;
}

@ApiExtraModels(UserDto)
export class SavedPageDto {
  @NestedField('What was saved last comes first.', () => [SavedMessageDto])
  items: SavedMessageDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;

  @UsersField()
  users: Record<string, UserDto>;
}
