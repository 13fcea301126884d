import { defineError } from '../../kernel/errors/app-error.js';

export const unsupportedFile = defineError(
  'unsupported_file',
  415,
  'The file does not match its declared type, or its type is not supported.',
);
export const quotaExceeded = defineError('quota_exceeded', 413, 'The upload quota is used up.');
export const uploadStalled = defineError('upload_stalled', 408, 'The upload stalled.');
export const rangeNotSatisfiable = defineError(
  'range_not_satisfiable',
  416,
  'The requested range is outside the file.',
);
