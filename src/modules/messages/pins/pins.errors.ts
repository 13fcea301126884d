import { defineError } from '../../../kernel/errors/app-error.js';

export const tooManyPins = defineError(
  'too_many_pins',
  409,
  'The conversation has as many pinned messages as it may have.',
);
