import type { FieldError } from '../errors/app-error.js';
import { validationFailed } from '../errors/base.errors.js';

const MAX_ERRORS = 20;
const MAX_NAME_LENGTH = 100;

/** `validation_failed` with the invalid fields. Limits number and length of names, because they are client input. */
export function validationError(errors: FieldError[], { isMalformed = false } = {}): Error {
  const fields = errors
    .slice(0, MAX_ERRORS)
    .map(({ field, code }) => ({ field: field.slice(0, MAX_NAME_LENGTH), code }));
  return validationFailed({ errors: fields, isMalformed });
}

const MAX_FUTURE_MS = 365 * 24 * 60 * 60 * 1_000;

/** Point in time of a field that accepts only the future, up to a year ahead. */
export function requireFutureDate(field: string, value: string): Date {
  const date = new Date(value);
  const now = Date.now();
  if (date.getTime() <= now) throw validationError([{ field, code: 'in_the_past' }]);
  if (date.getTime() > now + MAX_FUTURE_MS) throw validationError([{ field, code: 'too_far_in_future' }]);
  return date;
}
