import { Logger } from '@nestjs/common';
import type { AppError } from '../../../kernel/errors/app-error.js';
import { serviceUnavailable } from '../../../kernel/errors/base.errors.js';

const RETRY_AFTER_MS = 5_000;
const logger = new Logger('Storage');

/** What the store could not do is no fault of the caller: they are told to come back, the operator what it was. */
export function storeUnavailable(cause: unknown): AppError {
  const { name, code } = cause as { name?: string; code?: string };
  logger.warn(`The store of files does not do its work: ${[name, code].filter(Boolean).join(' ')}`);
  return serviceUnavailable('Files cannot be had at the moment. Try again.', {
    retryAfterMs: RETRY_AFTER_MS,
  });
}
