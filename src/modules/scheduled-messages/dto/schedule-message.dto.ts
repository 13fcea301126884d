import { OmitType } from '@nestjs/swagger';
import {
  EnumField,
  BooleanField,
  IdField,
  IdsField,
  DateTimeField,
  MapField,
  TextField,
} from '../../../kernel/validation/fields.js';
import { PageQueryDto } from '../../../kernel/paging/page.dto.js';
import { MAX_MENTIONS } from '../../messages/dto/message.dto.js';
import { MAX_CONTENT, SendMessageDto } from '../../messages/dto/send-message.dto.js';

/** Message to send later. Text only, because media would have to be kept until the send time. */
export class ScheduleMessageDto extends OmitType(SendMessageDto, ['content', 'type', 'media'] as const) {
  @TextField('Text with at least one visible character, at most 10,000 characters (code points).', {
    max: MAX_CONTENT,
    example: 'Hello Bob',
  })
  content: string;

  @EnumField('Type of the message.', ['text'], { optional: true, default: 'text' })
  type?: 'text';

  @DateTimeField('Send time, in the future, at most one year ahead.')
  sendAt: string;
}

/** Reference to a scheduled message. */
export class ScheduledMessageIdDto {
  @IdField('Id of the scheduled message.')
  scheduledMessageId: string;
}

/** Change of a waiting message. Omitted fields stay unchanged. */
export class UpdateScheduledMessageDto extends ScheduledMessageIdDto {
  @DateTimeField('Send time, in the future, at most one year ahead.', { optional: true })
  sendAt?: string;

  @TextField('New text, at most 10,000 characters.', { optional: true, max: MAX_CONTENT })
  content?: string;

  @MapField('Small values of the host product; null removes them.', { optional: true, nullable: true })
  metadata?: Record<string, string | number | boolean> | null;

  @IdsField('Ids of mentioned users.', { optional: true, min: 0, max: MAX_MENTIONS })
  mentions?: string[];

  @BooleanField('Whether all members are mentioned. Owner and admin only.', { optional: true })
  mentionsAll?: boolean;
}

/** Query for the scheduled messages of the current user. */
export class ListScheduledMessagesDto extends PageQueryDto {
  @IdField('Only messages for this conversation.', { optional: true })
  conversationId?: string;
}
