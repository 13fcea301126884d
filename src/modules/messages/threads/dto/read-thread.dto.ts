import { IntField } from '../../../../kernel/validation/fields.js';
import { MessageIdDto } from '../../dto/change-message.dto.js';

export class ReadThreadDto extends MessageIdDto {
  @IntField('Up to here. Beyond the newest reply means the newest.', { min: 1 })
  seq: number;
}
