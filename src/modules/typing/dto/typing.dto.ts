import { DateTimeField, IdField } from '../../../kernel/validation/fields.js';
import { ConversationIdDto } from '../../conversations/dto/create-conversation.dto.js';

/** Place in which a user types: a conversation, or one of its threads. */
export class TypingPlaceDto extends ConversationIdDto {
  @IdField('Id of the thread root while the user types in a thread. Without it: in the main timeline.', {
    optional: true,
  })
  threadRootId?: string;
}

/** Typing state of a member in a conversation. */
export class TypingDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @IdField('Id of the thread root; null in the main timeline.', { nullable: true })
  threadRootId: string | null;

  @IdField('Id of the typing user.')
  userId: string;

  @DateTimeField(
    'End of the display unless a later event extends it. A time that is not in the future: the user stopped typing.',
  )
  expiresAt: string;
}
