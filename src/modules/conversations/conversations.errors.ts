import { defineError } from '../../kernel/errors/app-error.js';

export const clientIdReused = defineError(
  'client_id_reused',
  409,
  'You used this clientId for something else.',
);
export const dmNotEditable = defineError(
  'dm_not_editable',
  409,
  'A DM has its two people for ever: it can be archived, not changed, left or deleted.',
);
export const lastOwner = defineError(
  'last_owner',
  409,
  'The last owner stays: hand the conversation over, or delete it.',
);
export const conversationFull = defineError(
  'conversation_full',
  409,
  'The conversation has as many members as it may have.',
);
export const typingDisabled = defineError(
  'typing_disabled',
  409,
  'The conversation has too many members for typing indicators.',
);
