import { ApiExtraModels } from '@nestjs/swagger';
import {
  ChoiceField,
  CursorField,
  IntField,
  NestedField,
  TextField,
} from '../../../kernel/validation/fields.js';
import { ListedConversationDto } from '../../conversations/dto/conversation.dto.js';
import { UserDto } from '../../users/dto/user.dto.js';
import { UsersField } from '../../users/dto/users-field.js';

export const SHOWN = ['inbox', 'archived', 'pinned', 'all'] as const;

export class ListConversationsDto {
  @ChoiceField('Which: inbox are those that I have not archived.', SHOWN, {
    optional: true,
    default: 'inbox',
  })
  show?: (typeof SHOWN)[number] = 'inbox';

  @CursorField()
  cursor?: string;

  @IntField('How many at most.', { optional: true, min: 1, max: 100, default: 50 })
  limit?: number = 50;
}

@ApiExtraModels(UserDto)
export class ConversationPageDto {
  @NestedField('The newest activity first.', () => [ListedConversationDto])
  items: ListedConversationDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;

  @UsersField()
  users: Record<string, UserDto>;
}
