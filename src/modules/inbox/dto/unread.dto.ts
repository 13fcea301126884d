import { BooleanField, IdField, IntField, NestedField } from '../../../kernel/validation/fields.js';

export class UnreadConversationDto {
  @IdField('The conversation.')
  conversationId: string;

  @IntField('How many messages of it I have not read: exact, without a limit.', { min: 1 })
  unread: number;

  @IntField('How many of those mention me, or everybody.')
  mentions: number;

  @BooleanField('Whether I have muted it now: a badge may leave it out.')
  muted: boolean;
}

export class UnreadThreadDto {
  @IdField('The conversation.')
  conversationId: string;

  @IdField('The message under which the thread is.')
  threadRootId: string;

  @IntField('How many replies in it I have not read: exact, without a limit.', { min: 1 })
  unread: number;
}

export class UnreadDto {
  @IntField('How many messages I have not read, in all conversations; replies in threads are not among them.')
  total: number;

  @IntField('How many of those mention me, or everybody.')
  mentions: number;

  @NestedField(
    'Where: the newest activity first. A conversation without unread messages is not here.',
    () => [UnreadConversationDto],
  )
  conversations: UnreadConversationDto[];

  @NestedField(
    'The threads that I follow and have not read: those of the conversation with the newest activity first.',
    () => [UnreadThreadDto],
  )
  threads: UnreadThreadDto[];
}
