import { IdField, IntField } from '../../../kernel/validation/fields.js';
import { ConversationIdDto } from './create-conversation.dto.js';

export class UpdateReadStateDto extends ConversationIdDto {
  @IntField('A place in the conversation; beyond the newest message it means the newest.', { min: 1 })
  seq: number;
}

export class ReadStateDto {
  @IdField('The conversation.')
  conversationId: string;

  @IntField('I have read up to this seq.')
  lastReadSeq: number;

  @IntField('My devices have received up to this seq; never less than lastReadSeq.')
  lastDeliveredSeq: number;

  @IntField('How many messages of it I have not read.')
  unread: number;
}
