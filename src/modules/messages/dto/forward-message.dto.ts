import { ClientIdField, IdField } from '../../../kernel/validation/fields.js';
import { MessageIdDto } from './change-message.dto.js';

export class ForwardMessageDto extends MessageIdDto {
  @IdField('Where to.')
  conversationId: string;

  @ClientIdField()
  clientId?: string;
}
