import { BooleanField, IdField, IntField, NestedField } from '../../../kernel/validation/fields.js';

/** Unread messages of one conversation. */
export class UnreadConversationDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @IntField('Number of unread messages in the main timeline, exact and without an upper limit.', { min: 1 })
  unread: number;

  @IntField('Number of those that mention the user by id or as a member of all.')
  mentions: number;

  @BooleanField('Whether the conversation is muted now. A badge may leave it out.')
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
}

/** Unread counts of the current user. */
export class UnreadDto {
  @IntField('Number of unread messages in all conversations, without thread replies.')
  total: number;

  @IntField('Number of those that mention the user by id or as a member of all.')
  mentions: number;

  @NestedField('Conversations with unread messages, newest activity first.', () => [UnreadConversationDto])
  conversations: UnreadConversationDto[];

  @NestedField('Followed threads with unread replies, by newest activity of the conversation.', () => [
    UnreadThreadDto,
  ])
  threads: UnreadThreadDto[];
}
