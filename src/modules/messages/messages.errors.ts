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
  'A message of this type cannot be deleted for everybody.',
);
