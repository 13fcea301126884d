import { defineError } from '../../kernel/errors/app-error.js';

export const quotaExceeded = defineError('quota_exceeded', 413, 'The upload quota is used up.');
export const uploadStalled = defineError('upload_stalled', 408, 'The upload stalled.');
export const rangeNotSatisfiable = defineError(
  'range_not_satisfiable',
  416,
  'The requested range is outside the file.',
);
