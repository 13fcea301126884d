import { IdField, DateTimeField } from '../../../../kernel/validation/fields.js';

/** Somebody is typing, or has stopped. */
export class TypingDto {
  @IdField('The conversation.')
  conversationId: string;

  @IdField('Who.')
  userId: string;

  @DateTimeField('Until when to show it, unless it is said again; not in the future: they have stopped.')
  expiresAt: string;
}
