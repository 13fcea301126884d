import { defineError } from '../../kernel/errors/app-error.js';

export const clientIdReused = defineError(
  'client_id_reused',
  409,
  'The clientId was already used for another creation.',
);

export const dmNotEditable = defineError(
  'dm_not_editable',
  409,
  'A DM and its two members cannot be changed or deleted. Archive the DM instead.',
);

export const lastOwner = defineError(
  'last_owner',
  409,
  'The last active owner cannot leave or lose the role. Transfer ownership or delete the conversation.',
);

export const conversationFull = defineError(
  'conversation_full',
  409,
  'The conversation has the maximum number of members.',
);
