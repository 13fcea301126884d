import {
  EnumField,
  BooleanField,
  IdField,
  IdsField,
  IntField,
  MapField,
  NestedField,
  TextField,
  DateTimeField,
} from '../../../kernel/validation/fields.js';
import { MESSAGE_TYPES, type MessageType } from '../../conversations/dto/message-preview.dto.js';
import { MAX_MENTIONS } from '../../messages/dto/message.dto.js';

export const SCHEDULED_STATES = ['scheduled', 'sent', 'failed', 'cancelled'] as const;
export type ScheduledState = (typeof SCHEDULED_STATES)[number];

export interface ScheduledMessageRow {
  id: string;
  sender_id: string;
  conversation_id: string;
  type: MessageType;
  content: string | null;
  metadata: Record<string, string | number | boolean> | null;
  mentions: string[] | null;
  mentions_all: boolean;
  reply_to_id: string | null;
  thread_root_id: string | null;
  send_at: Date;
  state: ScheduledState;
  error_code: string | null;
  message_id: string | null;
  client_id: string | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

/** A message that is to be sent later, for the eyes of its sender alone. */
export class ScheduledMessageDto {
  @IdField('The scheduled message; the message that it becomes has an id of its own.')
  id: string;

  @IdField('Where to.')
  conversationId: string;

  @EnumField('What it is.', MESSAGE_TYPES)
  type: MessageType;

  @TextField('Its text; null: it was sent or cancelled.', { nullable: true, max: 10_000 })
  content: string | null;

  @MapField('Small values of the sender’s product; null: none.', { nullable: true })
  metadata: Record<string, string | number | boolean> | null;

  @IdsField('Who is to be mentioned, if they may hear of it then.', { min: 0, max: MAX_MENTIONS })
  mentions: string[];

  @BooleanField('Whether everybody in the conversation is to be mentioned.')
  mentionsAll: boolean;

  @IdField('The message that it is to reply to.', { nullable: true })
  replyToId: string | null;

  @IdField('The message in whose thread it is to be.', { nullable: true })
  threadRootId: string | null;

  @DateTimeField('When it is to be sent.')
  sendAt: string;

  @EnumField(
    'scheduled: it waits. sent: it is a message now. failed: it was refused when its time came. cancelled: by its sender.',
    SCHEDULED_STATES,
  )
  state: ScheduledState;

  @TextField('Why it was refused: a code of the errors; null: it was not.', { nullable: true })
  errorCode: string | null;

  @IdField('The message that it has become.', { nullable: true })
  messageId: string | null;

  @TextField('The clientId that the sender gave it.', { nullable: true, max: 64 })
  clientId: string | null;

  @DateTimeField('When it was written.')
  createdAt: string;

  @DateTimeField('When it last changed.')
  updatedAt: string;

  @IntField('Where my counter `me` stood with its last change.')
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

export class ScheduledMessagePageDto {
  @NestedField('By sendAt: those that wait, and those that were refused.', () => [ScheduledMessageDto])
  items: ScheduledMessageDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;
}
