import { Logger } from '@nestjs/common';
import type { AppError } from '../../../kernel/errors/app-error.js';
import { serviceUnavailable } from '../../../kernel/errors/base.errors.js';

const RETRY_AFTER_MS = 5_000;
const logger = new Logger('Storage');

/** service_unavailable for the client; the cause is logged for the operator. */
export function storageUnavailable(cause: unknown): AppError {
  const { name, code } = cause as { name?: string; code?: string };
  logger.warn(`File storage failed: ${[name, code].filter(Boolean).join(' ')}`);
  return serviceUnavailable('File storage is unavailable. Try again.', {
    retryAfterMs: RETRY_AFTER_MS,
  });
}
