import type { ColumnsOf } from '../../../kernel/database/row-of.js';
import {
  CursorField,
  IntField,
  NestedField,
  TextField,
  DateTimeField,
} from '../../../kernel/validation/fields.js';
import type { MessageEdit } from '../entities/message-edit.entity.js';
import { MessageIdDto } from './change-message.dto.js';
import { MAX_CONTENT } from './send-message.dto.js';

export class ListEditsDto extends MessageIdDto {
  @CursorField()
  cursor?: string;

  @IntField('How many at most.', { optional: true, min: 1, max: 100, default: 50 })
  limit?: number = 50;
}

export type EditRow = ColumnsOf<MessageEdit, 'version' | 'content' | 'written_at'>;

/** A text that a message had. */
export class MessageRevisionDto {
  @IntField('The last version of the message that had this text.', { min: 1 })
  version: number;

  @TextField('The text.', { max: MAX_CONTENT })
  content: string;

  @DateTimeField('Since when it stood.')
  writtenAt: string;

  static from({ version, content, written_at }: EditRow): MessageRevisionDto {
    return { version, content, writtenAt: written_at.toISOString() };
  }
}

export class EditPageDto {
  @NestedField('Oldest first. The text of now is the message’s.', () => [MessageRevisionDto])
  items: MessageRevisionDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;
}
