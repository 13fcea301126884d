import { defineError } from '../../../kernel/errors/app-error.js';

export const typingOff = defineError(
  'typing_off',
  409,
  'The conversation has too many members to show who is typing.',
);
