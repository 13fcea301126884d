import { defineError } from '../../../kernel/errors/app-error.js';

export const tooManyReactions = defineError(
  'too_many_reactions',
  409,
  'A message has as many different emojis as it may have.',
);
