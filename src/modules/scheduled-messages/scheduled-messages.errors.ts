import { defineError } from '../../kernel/errors/app-error.js';

export const tooManyScheduled = defineError(
  'too_many_scheduled',
  409,
  'The maximum number of waiting messages is reached.',
);
export const notScheduled = defineError(
  'not_scheduled',
  409,
  'The message is not waiting: it was sent, cancelled or has failed.',
);
