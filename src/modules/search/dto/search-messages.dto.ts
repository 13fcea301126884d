import {
  EnumField,
  CursorField,
  IdField,
  DateTimeField,
  IntField,
  TextField,
} from '../../../kernel/validation/fields.js';
import { MESSAGE_TYPES, type MessageType } from '../../conversations/dto/message-preview.dto.js';

/** Full-text query. */
export class SearchMessagesDto {
  @TextField(
    'Words that a message must contain, in any order, without regard to case and accents. Text in scripts without spaces (Chinese, Japanese, Korean, Thai) matches by any part.',
    { max: 200, example: 'hello' },
  )
  q: string;

  @IdField('Only messages of this conversation.', { optional: true })
  conversationId?: string;

  @IdField('Only messages of this sender.', { optional: true })
  senderId?: string;

  @EnumField('Only messages of this type.', MESSAGE_TYPES, { optional: true })
  type?: MessageType;

  @DateTimeField('Only messages created at this time or later.', { optional: true })
  from?: string;

  @DateTimeField('Only messages created before this time.', { optional: true })
  to?: string;

  @CursorField()
  cursor?: string;

  @IntField('Page size, 1–50, default 20.', { optional: true, min: 1, max: 50, default: 20 })
  limit?: number = 20;
}
