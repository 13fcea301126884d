import { IdField } from '../../../kernel/validation/fields.js';
import { SliceDto } from './slice.dto.js';

export class ListMessagesDto extends SliceDto {
  @IdField('Whose history.')
  conversationId: string;
}
