import { ChoiceField, ClientIdField, IdField, IdsField } from '../../../kernel/validation/fields.js';

export class CreateConversationDto {
  @ChoiceField('A dm is the one conversation of two people: it is found if it is there.', ['dm'])
  type: 'dm';

  @IdsField('The other person.', { min: 1, max: 1 })
  memberIds: string[];

  @ClientIdField()
  clientId?: string;
}

export class ConversationIdDto {
  @IdField('The conversation.')
  conversationId: string;
}
