import {
  BooleanField,
  ClientIdField,
  EnumField,
  IdField,
  IdsField,
  ListField,
  MapField,
  TextField,
} from '../../../kernel/validation/fields.js';
import { MAX_MEDIA, MediaInputDto } from '../../attachments/dto/media.dto.js';
import { MAX_MENTIONS, MessageIdDto } from './message.dto.js';

export const MAX_CONTENT = 10_000;
/** Types of messages that users send. Polls, calls and system messages have operations of their own. */
const SENDABLE_TYPES = ['text', 'image', 'video', 'voice', 'file'] as const;

/** Message to send. */
export class SendMessageDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @TextField(
    'Text with at least one visible character, up to 10,000 characters (code points). Required for type text, optional for a message with media.',
    { optional: true, max: MAX_CONTENT, example: 'Hello Bob' },
  )
  content?: string;

  @EnumField(
    'Type of the message. All types but text require media: image, video and voice media of their kind, file media of any kind.',
    SENDABLE_TYPES,
    { optional: true, default: 'text' },
  )
  type?: (typeof SENDABLE_TYPES)[number];

  @ListField('Media of the message, in display order; an empty list stands for none.', () => MediaInputDto, {
    optional: true,
    max: MAX_MEDIA,
  })
  media?: MediaInputDto[];

  @MapField(
    'Metadata set by the client of the sender, returned unchanged: up to 50 keys, each with a text of up to 500 characters, a number or a boolean.',
    { optional: true },
  )
  metadata?: Record<string, string | number | boolean>;

  @IdsField(
    'Ids of the mentioned users. Users outside the conversation and users with a contact restriction are left out.',
    { optional: true, min: 0, max: MAX_MENTIONS },
  )
  mentions?: string[];

  @BooleanField('Whether all members are mentioned. Owners and admins only.', {
    optional: true,
    default: false,
  })
  mentionsAll?: boolean;

  @IdField('Id of the message of this conversation that the message replies to.', { optional: true })
  replyToId?: string;

  @IdField(
    'Id of the thread root, for a thread reply: a message of this conversation that is no thread reply.',
    {
      optional: true,
    },
  )
  threadRootId?: string;

  @BooleanField(
    'Whether the message also moves the read position of the current user to itself: that of the conversation, or of the followed thread of a thread reply.',
    { optional: true, default: false },
  )
  markRead?: boolean;

  @ClientIdField()
  clientId?: string;
}

/** New text of a message. */
export class EditMessageDto extends MessageIdDto {
  @TextField('New text of the message. Null removes the text of a message with media.', {
    nullable: true,
    max: MAX_CONTENT,
  })
  content: string | null;

  @IdsField('Ids of the mentioned users. Without it the mentions stay unchanged.', {
    optional: true,
    min: 0,
    max: MAX_MENTIONS,
  })
  mentions?: string[];

  @BooleanField('Whether all members are mentioned. Without it unchanged. Owners and admins only.', {
    optional: true,
  })
  mentionsAll?: boolean;
}

/** Message to forward to another conversation. */
export class ForwardMessageDto extends MessageIdDto {
  @IdField('Id of the target conversation.')
  conversationId: string;

  @ClientIdField()
  clientId?: string;
}
