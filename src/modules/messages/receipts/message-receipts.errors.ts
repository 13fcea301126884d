import { defineError } from '../../../kernel/errors/app-error.js';

export const receiptsOff = defineError(
  'receipts_off',
  409,
  'The conversation has too many members to show who has read what.',
);
