import {
  EnumField,
  CursorField,
  IdField,
  DateTimeField,
  IntField,
  TextField,
} from '../../../kernel/validation/fields.js';
import { MESSAGE_TYPES, type MessageType } from '../../conversations/dto/message-preview.dto.js';

export class SearchMessagesDto {
  @TextField(
    'What to look for: messages with all of these words, in any order, whatever their case and accents. What is written without spaces (Chinese, Japanese, Korean, Thai …) is found by any part of it.',
    { max: 200, example: 'hello' },
  )
  q: string;

  @IdField('Only in this conversation.', { optional: true })
  conversationId?: string;

  @IdField('Only of this person.', { optional: true })
  senderId?: string;

  @EnumField('Only of this type.', MESSAGE_TYPES, { optional: true })
  type?: MessageType;

  @DateTimeField('Only of this instant and later.', { optional: true })
  from?: string;

  @DateTimeField('Only before this instant.', { optional: true })
  to?: string;

  @CursorField()
  cursor?: string;

  @IntField('How many at most.', { optional: true, min: 1, max: 50, default: 20 })
  limit?: number = 20;
}
