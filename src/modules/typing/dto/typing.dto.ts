import { DateTimeField, IdField } from '../../../kernel/validation/fields.js';

/** Typing state of a member in a conversation. */
export class TypingDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @IdField('Id of the typing user.')
  userId: string;

  @DateTimeField(
    'End of the display unless a later event extends it. A time that is not in the future: the user stopped typing.',
  )
  expiresAt: string;
}
