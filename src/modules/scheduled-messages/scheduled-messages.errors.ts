import { defineError } from '../../kernel/errors/app-error.js';

export const tooManyScheduled = defineError(
  'too_many_scheduled',
  409,
  'As many messages wait to be sent for you as may.',
);
export const notScheduled = defineError(
  'not_scheduled',
  409,
  'The message does not wait any more: it was sent, was refused or is cancelled.',
);
