import { IdField, TextField } from '../../../kernel/validation/fields.js';
import { MAX_CONTENT } from './send-message.dto.js';

export class MessageIdDto {
  @IdField('The message.')
  messageId: string;
}

export class EditMessageDto extends MessageIdDto {
  @TextField('The new text.', { max: MAX_CONTENT })
  content: string;
}
