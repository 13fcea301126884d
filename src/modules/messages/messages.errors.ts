import { defineError } from '../../kernel/errors/app-error.js';

export const alreadyDeleted = defineError('message_deleted', 409, 'The message has been deleted.');
export const notForwardable = defineError(
  'not_forwardable',
  409,
  'A message of this type cannot be forwarded.',
);
export const notEditable = defineError('not_editable', 409, 'A message of this type cannot be edited.');
export const notDeletable = defineError(
  'not_deletable',
  409,
  'A message of this type cannot be deleted for all members.',
);
export const tooManyPins = defineError(
  'too_many_pins',
  409,
  'The conversation has the maximum number of pinned messages.',
);
export const tooManyReactions = defineError(
  'too_many_reactions',
  409,
  'The message has the maximum number of different emojis.',
);
export const receiptsDisabled = defineError(
  'receipts_disabled',
  409,
  'The conversation has too many members for message receipts.',
);
