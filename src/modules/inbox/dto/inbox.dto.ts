import { PageQueryDto } from '../../../kernel/paging/page.dto.js';
import {
  EnumField,
  BooleanField,
  IdField,
  IntField,
  NestedField,
} from '../../../kernel/validation/fields.js';
import { ConversationSummaryDto } from '../../conversations/dto/conversation.dto.js';
import { PageWithUsersDto } from '../../users/dto/page-with-users.dto.js';

export const CONVERSATION_FILTERS = ['inbox', 'archived', 'pinned', 'all'] as const;

/** Page query of the conversation list. */
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

/** Unread messages of one conversation. */
export class UnreadConversationDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @IntField('Number of unread messages in the main timeline, exact and without an upper limit.', { min: 1 })
  unread: number;

  @IntField('Number of unread messages that mention the current user or all members.')
  mentions: number;

  @BooleanField('Whether the conversation is muted. Clients may leave it out of a badge.')
  muted: boolean;
}

/** Unread replies of one followed thread. */
export class UnreadThreadDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @IdField('Id of the message that starts the thread.')
  threadRootId: string;

  @IntField('Number of unread replies, exact and without an upper limit.', { min: 1 })
  unread: number;

  @IntField('Number of unread replies that mention the current user or all members.')
  mentions: number;
}

/** Unread counts of the current user. */
export class UnreadDto {
  @IntField('Number of unread messages in all conversations, without thread replies.')
  total: number;

  @IntField(
    'Number of unread messages, and of unread replies in followed threads, that mention the current user or all members.',
  )
  mentions: number;

  @NestedField('Conversations with unread messages, newest activity first.', () => [UnreadConversationDto])
  conversations: UnreadConversationDto[];

  @NestedField('Followed threads with unread replies, by newest activity of the conversation.', () => [
    UnreadThreadDto,
  ])
  threads: UnreadThreadDto[];
}
