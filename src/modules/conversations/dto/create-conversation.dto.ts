import {
  EnumField,
  ClientIdField,
  BooleanField,
  IdField,
  IdsField,
  TextField,
  UrlField,
} from '../../../kernel/validation/fields.js';

export const CREATABLE_TYPES = ['dm', 'group', 'channel'] as const;

export class CreateConversationDto {
  @EnumField(
    'A dm is the one conversation of two people: it is found if it is there. A channel can be public.',
    CREATABLE_TYPES,
  )
  type: (typeof CREATABLE_TYPES)[number];

  @IdsField('Who else is in it. For a dm: the other person. A group or channel can grow later.', {
    optional: true,
    min: 0,
  })
  memberIds?: string[];

  @TextField('The title. A channel needs one, a dm has none.', { optional: true })
  title?: string;

  @TextField('What it is about.', { optional: true, max: 1_000 })
  description?: string;

  @UrlField('The address of a picture.', { optional: true })
  avatarUrl?: string;

  @BooleanField('False makes a channel that everybody may list and join. A dm or group is always private.', {
    optional: true,
    default: true,
  })
  isPrivate?: boolean;

  @IdField('Who owns it instead of you, who will not be in it. Host admins only, and not for a dm.', {
    optional: true,
  })
  ownerId?: string;

  @ClientIdField()
  clientId?: string;
}

export class ConversationIdDto {
  @IdField('The conversation.')
  conversationId: string;
}
