import { defineError } from '../../kernel/errors/app-error.js';

export const unsupportedFile = defineError(
  'unsupported_file',
  415,
  'The file is not what it says it is, or of a kind that is not kept here.',
);
export const quotaExceeded = defineError(
  'quota_exceeded',
  413,
  'Your files take up as much as they may. Delete messages that show some.',
);
export const uploadStalled = defineError('upload_stalled', 408, 'The upload came to a stop.');
export const rangeNotSatisfiable = defineError('range_not_satisfiable', 416, 'The file has no such part.');
