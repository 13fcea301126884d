import { defineError } from '../../kernel/errors/app-error.js';

export const typingDisabled = defineError(
  'typing_disabled',
  409,
  'The conversation has too many members for typing indicators.',
);
