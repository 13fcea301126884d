import { ApiExtraModels } from '@nestjs/swagger';
import {
  EnumField,
  CursorField,
  IntField,
  NestedField,
  TextField,
} from '../../../kernel/validation/fields.js';
import { ConversationSummaryDto } from '../../conversations/dto/conversation.dto.js';
import { UserDto } from '../../users/dto/user.dto.js';
import { UsersField } from '../../users/dto/users-field.js';

export const SHOWN = ['inbox', 'archived', 'pinned', 'all'] as const;

export class ListConversationsDto {
  @EnumField('Which: inbox are those that I have not archived.', SHOWN, {
    optional: true,
    default: 'inbox',
  })
  filter?: (typeof SHOWN)[number] = 'inbox';

  @CursorField()
  cursor?: string;

  @IntField('How many at most.', { optional: true, min: 1, max: 100, default: 50 })
  limit?: number = 50;
}

@ApiExtraModels(UserDto)
export class ConversationPageDto {
  @NestedField('The newest activity first.', () => [ConversationSummaryDto])
  items: ConversationSummaryDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;

  @UsersField()
  users: Record<string, UserDto>;
}
