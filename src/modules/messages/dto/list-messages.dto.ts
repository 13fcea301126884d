import type { ColumnsOf } from '../../../kernel/database/row-of.js';
import { PageDto, PageQueryDto } from '../../../kernel/paging/page.dto.js';
import {
  CursorField,
  DateTimeField,
  EnumField,
  IdField,
  IntField,
  TextField,
} from '../../../kernel/validation/fields.js';
import { PageWithUsersDto } from '../../users/dto/page-with-users.dto.js';
import { MessageDto } from './message.dto.js';
import { MAX_CONTENT } from './send-message.dto.js';
import type { MessageEdit } from '../entities/message-edit.entity.js';

/** Message types whose messages have media. */
export const MEDIA_MESSAGE_TYPES = ['image', 'video', 'voice', 'file'] as const;

/** Part of a list of messages in the order of their seq. */
export class SeqPageQueryDto extends PageQueryDto {
  @IntField('Exclusive upper bound of seq: returns the newest messages below it.', { optional: true, min: 1 })
  before?: number;

  @IntField('Exclusive lower bound of seq: returns the oldest messages above it.', { optional: true })
  after?: number;

  @IntField('Seq in the middle of the page. The nextCursor of this page continues with older messages.', {
    optional: true,
    min: 1,
  })
  around?: number;

  @CursorField(
    'The nextCursor of the previous page. At most one of before, after, around and cursor; without any of them the newest messages.',
  )
  override cursor?: string;
}

/** Part of the messages of a conversation: without thread replies, or all. */
export const TIMELINES = ['main', 'all'] as const;
export type Timeline = (typeof TIMELINES)[number];

/** Page query of the messages of a conversation. */
export class ListMessagesDto extends SeqPageQueryDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @EnumField(
    'Part of the conversation. main: without thread replies; their seq values are missing. all: every message, without gaps in seq. The same for all pages.',
    TIMELINES,
    { optional: true, default: 'main' },
  )
  timeline: Timeline = 'main';
}

/** Page of messages; the operation defines the order. */
export class MessagePageDto extends PageWithUsersDto(
  MessageDto,
  'Messages, in the order of the operation.',
) {}

/** Page query of the messages with media. */
export class ListMediaDto extends PageQueryDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @EnumField('Message type to list. Without it: all types with media.', MEDIA_MESSAGE_TYPES, {
    optional: true,
  })
  type?: (typeof MEDIA_MESSAGE_TYPES)[number];
}

/** Page query of the messages that mention the current user. */
export class ListMentionsDto extends PageQueryDto {
  @IdField('Id of a conversation. Without it: mentions in all conversations of the user.', { optional: true })
  conversationId?: string;
}

/** Page query of the pinned messages of a conversation. */
export class ListPinsDto extends PageQueryDto {
  @IdField('Id of the conversation.')
  conversationId: string;
}

/** Page query of the revisions of a message. */
export class ListEditsDto extends PageQueryDto {
  @IdField('Id of the message.')
  messageId: string;
}

export type MessageRevisionRow = ColumnsOf<MessageEdit, 'version' | 'content' | 'written_at'>;

/** Earlier text of an edited message. */
export class MessageRevisionDto {
  @IntField('Last version of the message with this text.', { min: 1 })
  version: number;

  @TextField('Text of the revision.', { max: MAX_CONTENT })
  content: string;

  @DateTimeField('Time at which the text was sent or edited.')
  writtenAt: string;

  static from({ version, content, written_at }: MessageRevisionRow): MessageRevisionDto {
    return { version, content, writtenAt: written_at.toISOString() };
  }
}

/** Page of message revisions. */
export class EditPageDto extends PageDto(
  MessageRevisionDto,
  'Revisions, oldest first, without the current text. The server keeps the newest ones, 100 by default.',
) {}
