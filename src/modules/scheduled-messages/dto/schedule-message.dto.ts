import { OmitType } from '@nestjs/swagger';
import {
  EnumField,
  CursorField,
  BooleanField,
  IdField,
  IdsField,
  DateTimeField,
  IntField,
  MapField,
  TextField,
} from '../../../kernel/validation/fields.js';
import { MAX_MENTIONS } from '../../messages/dto/message.dto.js';
import { MAX_CONTENT, SendMessageDto } from '../../messages/dto/send-message.dto.js';

/** What it shows would have to be kept until then: so it says something, and shows nothing. */
export class ScheduleMessageDto extends OmitType(SendMessageDto, ['content', 'type', 'media'] as const) {
  @TextField('The text: something visible, up to 10,000 characters (code points).', {
    max: MAX_CONTENT,
    example: 'Hello Bob',
  })
  content: string;

  @EnumField('What it is.', ['text'], { optional: true, default: 'text' })
  type?: 'text';

  @DateTimeField('When to send it: later than now, and within a year.')
  sendAt: string;
}

export class ScheduledMessageIdDto {
  @IdField('The scheduled message.')
  scheduledMessageId: string;
}

/** What is left out stays as it is. */
export class UpdateScheduledMessageDto extends ScheduledMessageIdDto {
  @DateTimeField('When to send it: later than now, and within a year.', { optional: true })
  sendAt?: string;

  @TextField('The new text.', { optional: true, max: MAX_CONTENT })
  content?: string;

  @MapField('Small values of your own product; null: none.', { optional: true, nullable: true })
  metadata?: Record<string, string | number | boolean> | null;

  @IdsField('Who is to be mentioned.', { optional: true, min: 0, max: MAX_MENTIONS })
  mentions?: string[];

  @BooleanField('Whether everybody is to be mentioned: for owners and admins.', { optional: true })
  mentionsAll?: boolean;
}

export class ListScheduledMessagesDto {
  @IdField('Only those for this conversation.', { optional: true })
  conversationId?: string;

  @CursorField()
  cursor?: string;

  @IntField('How many at most.', { optional: true, min: 1, max: 100, default: 50 })
  limit?: number = 50;
}
