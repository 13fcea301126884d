import type { ColumnsOf } from '../../../kernel/database/row-of.js';
import { PageQueryDto } from '../../../kernel/paging/page.dto.js';
import { DateTimeField, IdField, IntField, NestedField } from '../../../kernel/validation/fields.js';
import { PageWithUsersDto } from '../../users/dto/page-with-users.dto.js';
import { MessageDto } from './message.dto.js';
import type { MessageFlags } from '../entities/message-flags.entity.js';

export type MessageFlagsRow = ColumnsOf<
  MessageFlags,
  'message_id' | 'conversation_id' | 'seq' | 'saved_at' | 'hidden_at' | 'version'
>;

/** Flags of a message for the current user, visible to this user only. */
export class MessageFlagsDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @IdField('Id of the message.')
  messageId: string;

  @IntField('Position of the message in the conversation.', { min: 1 })
  seq: number;

  @DateTimeField('Time of saving. Null if the message is not saved.', { nullable: true })
  savedAt: string | null;

  @DateTimeField('Time of hiding. Null if the message is not hidden.', { nullable: true })
  hiddenAt: string | null;

  @IntField('Account version of the last change of the flags.')
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

/** Page query of the saved messages. */
export class ListSavedDto extends PageQueryDto {}

/** Saved message in a list. */
export class SavedMessageDto {
  @DateTimeField('Time of saving.')
  savedAt: string;

  @NestedField('Current state of the message.', () => MessageDto)
  message: MessageDto;
}

/** Page of saved messages. */
export class SavedPageDto extends PageWithUsersDto(
  SavedMessageDto,
  'Saved messages, most recently saved first.',
) {}
