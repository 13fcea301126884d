import type { RowOf } from '../../../kernel/database/row-of.js';
import {
  EnumField,
  BooleanField,
  IdField,
  IdsField,
  IntField,
  MapField,
  TextField,
  DateTimeField,
} from '../../../kernel/validation/fields.js';
import { PageDto, PageQueryDto } from '../../../kernel/paging/page.dto.js';
import { MESSAGE_TYPES, type MessageType } from '../../conversations/dto/message-preview.dto.js';
import { MAX_MENTIONS } from '../../messages/dto/message.dto.js';
import {
  SCHEDULED_STATES,
  type ScheduledMessage,
  type ScheduledState,
} from '../entities/scheduled-message.entity.js';
import { OmitType } from '@nestjs/swagger';
import { MAX_CONTENT, SendMessageDto } from '../../messages/dto/send-message.dto.js';

export type ScheduledMessageRow = RowOf<ScheduledMessage>;

/** Scheduled message, visible to its sender only. */
export class ScheduledMessageDto {
  @IdField('Id of the scheduled message. The sent message has another id.')
  id: string;

  @IdField('Id of the conversation.')
  conversationId: string;

  @EnumField('Type of the message.', MESSAGE_TYPES)
  type: MessageType;

  @TextField('Text; null after sending or cancelling.', { nullable: true, max: 10_000 })
  content: string | null;

  @MapField('Metadata set by the client of the sender; null for none.', { nullable: true })
  metadata: Record<string, string | number | boolean> | null;

  @IdsField('Ids of mentioned users. Users without access at the send time are left out.', {
    min: 0,
    max: MAX_MENTIONS,
  })
  mentions: string[];

  @BooleanField('Whether all members are mentioned.')
  mentionsAll: boolean;

  @IdField('Id of the message that this message replies to; null for none.', { nullable: true })
  replyToId: string | null;

  @IdField('Id of the thread root; null for the main timeline.', { nullable: true })
  threadRootId: string | null;

  @DateTimeField('Time at which the message is sent.')
  sendAt: string;

  @EnumField(
    'State: scheduled; sent; failed: rejected at the send time; cancelled: by the sender.',
    SCHEDULED_STATES,
  )
  state: ScheduledState;

  @TextField('Error code of a failed message; else null.', { nullable: true })
  errorCode: string | null;

  @IdField('Id of the sent message; null before sending.', { nullable: true })
  messageId: string | null;

  @TextField('Idempotency key chosen by the sender; null for none.', { nullable: true, max: 64 })
  clientId: string | null;

  @DateTimeField('Time of creation.')
  createdAt: string;

  @DateTimeField('Time of the last change.')
  updatedAt: string;

  @IntField('Account version of the last change.')
  accountVersion: number;

  static from(row: ScheduledMessageRow): ScheduledMessageDto {
    return {
      id: row.id,
      conversationId: row.conversation_id,
      type: row.type,
      content: row.content,
      metadata: row.metadata,
      mentions: row.mentions ?? [],
      mentionsAll: row.mentions_all,
      replyToId: row.reply_to_id,
      threadRootId: row.thread_root_id,
      sendAt: row.send_at.toISOString(),
      state: row.state,
      errorCode: row.error_code,
      messageId: row.message_id,
      clientId: row.client_id,
      createdAt: row.created_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
      accountVersion: row.version,
    };
  }
}

/** Page of scheduled messages. */
export class ScheduledMessagePageDto extends PageDto(
  ScheduledMessageDto,
  'Waiting and failed messages, earliest send time first.',
) {}

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

  @MapField('Metadata set by the client of the sender; null removes it.', { optional: true, nullable: true })
  metadata?: Record<string, string | number | boolean> | null;

  @IdsField('Ids of mentioned users.', { optional: true, min: 0, max: MAX_MENTIONS })
  mentions?: string[];

  @BooleanField('Whether all members are mentioned. Owners and admins only.', { optional: true })
  mentionsAll?: boolean;
}

/** Query for the scheduled messages of the current user. */
export class ListScheduledMessagesDto extends PageQueryDto {
  @IdField('Only messages for this conversation.', { optional: true })
  conversationId?: string;
}
