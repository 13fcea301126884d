import { ApiExtraModels } from '@nestjs/swagger';
import {
  CursorField,
  EnumField,
  IntField,
  NestedField,
  TextField,
} from '../../../kernel/validation/fields.js';
import { ConversationSummaryDto } from '../../conversations/dto/conversation.dto.js';
import { UserDto } from '../../users/dto/user.dto.js';
import { UsersField } from '../../users/dto/users-field.js';

export const CONVERSATION_FILTERS = ['inbox', 'archived', 'pinned', 'all'] as const;

export class ListConversationsDto {
  @EnumField('Part of the list. inbox: conversations that are not archived.', CONVERSATION_FILTERS, {
    optional: true,
    default: 'inbox',
  })
  filter?: (typeof CONVERSATION_FILTERS)[number] = 'inbox';

  @CursorField()
  cursor?: string;

  @IntField('Page size, 1–100, default 50.', { optional: true, min: 1, max: 100, default: 50 })
  limit?: number = 50;
}

/** Page of the conversation list. */
@ApiExtraModels(UserDto)
export class ConversationPageDto {
  @NestedField('Conversations, newest activity first.', () => [ConversationSummaryDto])
  items: ConversationSummaryDto[];

  @TextField('Cursor of the next page; null on the last page.', { nullable: true })
  nextCursor: string | null;

  @UsersField()
  users: Record<string, UserDto>;
}
