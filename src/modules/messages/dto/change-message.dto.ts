import { BooleanField, IdField, IdsField, TextField } from '../../../kernel/validation/fields.js';
import { MAX_MENTIONS } from './message.dto.js';
import { MAX_CONTENT } from './send-message.dto.js';

export class MessageIdDto {
  @IdField('The message.')
  messageId: string;
}

export class EditMessageDto extends MessageIdDto {
  @TextField('The new text.', { max: MAX_CONTENT })
  content: string;

  @IdsField('Who is mentioned from now on; left out: the same as before.', {
    optional: true,
    min: 0,
    max: MAX_MENTIONS,
  })
  mentions?: string[];

  @BooleanField('Whether everybody is mentioned; left out: as before. For owners and admins.', {
    optional: true,
  })
  mentionsAll?: boolean;
}
