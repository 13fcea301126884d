import {
  EnumField,
  ClientIdField,
  BooleanField,
  IdField,
  IdsField,
  NameField,
  TextField,
  UrlField,
} from '../../../kernel/validation/fields.js';

/** Longest title in characters. */
export const MAX_TITLE_LENGTH = 200;
export const CREATABLE_TYPES = ['dm', 'group', 'channel'] as const;

/** Conversation to create, or DM to find. */
export class CreateConversationDto {
  @EnumField(
    'Type. A `dm` is the single conversation of two users, or of a user with itself for notes, and is returned if it exists. A `channel` can be public.',
    CREATABLE_TYPES,
  )
  type: (typeof CREATABLE_TYPES)[number];

  @IdsField(
    'Ids of the other members. In a DM exactly one, or the current user alone for notes to oneself; a group or channel can be extended later. The current user may be included.',
    {
      optional: true,
      min: 0,
    },
  )
  memberIds?: string[];

  @NameField('Title. Required for a channel, not allowed in a DM.', MAX_TITLE_LENGTH, { optional: true })
  title?: string;

  @TextField('Description of the topic.', { optional: true, max: 1_000 })
  description?: string;

  @UrlField('URL of the picture.', { optional: true })
  avatarUrl?: string;

  @BooleanField(
    'False creates a public channel that any user may list and join. A DM or group is always private.',
    {
      optional: true,
      default: true,
    },
  )
  isPrivate?: boolean;

  @IdField(
    'Id of the owner in place of the current user, which does not become a member. Host admins only; not allowed in a DM.',
    {
      optional: true,
    },
  )
  ownerId?: string;

  @ClientIdField()
  clientId?: string;
}

/** Reference to a conversation. */
export class ConversationIdDto {
  @IdField('Id of the conversation.')
  conversationId: string;
}
