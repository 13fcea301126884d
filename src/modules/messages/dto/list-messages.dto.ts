import { IdField } from '../../../kernel/validation/fields.js';
import { SeqPageQueryDto } from './seq-page-query.dto.js';

export class ListMessagesDto extends SeqPageQueryDto {
  @IdField('Whose history.')
  conversationId: string;
}
