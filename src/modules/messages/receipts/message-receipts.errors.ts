import { defineError } from '../../../kernel/errors/app-error.js';

export const receiptsDisabled = defineError(
  'receipts_disabled',
  409,
  'The conversation has too many members to show who has read what.',
);
