import { PageQueryDto } from '../../../kernel/paging/page.dto.js';
import { EnumField } from '../../../kernel/validation/fields.js';
import { ConversationSummaryDto } from '../../conversations/dto/conversation.dto.js';
import { PageWithUsersDto } from '../../users/dto/users-field.js';

export const CONVERSATION_FILTERS = ['inbox', 'archived', 'pinned', 'all'] as const;

export class ListConversationsDto extends PageQueryDto {
  @EnumField('Part of the list. inbox: conversations that are not archived.', CONVERSATION_FILTERS, {
    optional: true,
    default: 'inbox',
  })
  filter?: (typeof CONVERSATION_FILTERS)[number] = 'inbox';
}

/** Page of the conversation list. */
export class ConversationPageDto extends PageWithUsersDto(
  ConversationSummaryDto,
  'Conversations, newest activity first.',
) {}
