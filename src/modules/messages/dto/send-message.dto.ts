import {
  EnumField,
  ClientIdField,
  BooleanField,
  IdField,
  IdsField,
  ListField,
  MapField,
  TextField,
} from '../../../kernel/validation/fields.js';
import { MediaInputDto, MAX_MEDIA } from '../../attachments/dto/media.dto.js';
import { MAX_MENTIONS } from './message.dto.js';

export const MAX_CONTENT = 10_000;
/** What somebody may send as a message. All but text shows media. */
const SENDABLE = ['text', 'image', 'video', 'voice', 'file'] as const;

export class SendMessageDto {
  @IdField('Where to.')
  conversationId: string;

  @TextField(
    'The text: something visible, up to 10,000 characters (code points). A message that shows media may go without.',
    { optional: true, max: MAX_CONTENT, example: 'Hello Bob' },
  )
  content?: string;

  @EnumField(
    'What it is. All but text shows media: image, video and voice of their own kind, file any.',
    SENDABLE,
    {
      optional: true,
      default: 'text',
    },
  )
  type?: (typeof SENDABLE)[number];

  @ListField('What it shows, in this order.', () => MediaInputDto, {
    optional: true,
    min: 1,
    max: MAX_MEDIA,
  })
  media?: MediaInputDto[];

  @MapField(
    'Small values of your own product: up to 50 keys; each value a text up to 500 characters, a number or a boolean.',
    { optional: true },
  )
  metadata?: Record<string, string | number | boolean>;

  @IdsField(
    'Who is mentioned. Whoever is not in the conversation, or must not hear of it because of a block, is left out.',
    { optional: true, min: 0, max: MAX_MENTIONS },
  )
  mentions?: string[];

  @BooleanField('Mentions everybody in the conversation: for its owners and admins.', {
    optional: true,
    default: false,
  })
  mentionsAll?: boolean;

  @IdField('The message of this conversation that it replies to.', { optional: true })
  replyToId?: string;

  @IdField('The message of this conversation in whose thread it is a reply; not one of a thread itself.', {
    optional: true,
  })
  threadRootId?: string;

  @ClientIdField()
  clientId?: string;
}
