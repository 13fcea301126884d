import type { FieldError } from '../errors/app-error.js';
import { validationFailed } from '../errors/base.errors.js';

const MAX_ERRORS = 20;
const MAX_NAME_LENGTH = 100;

/** The error that names the fields; the names come from the caller, so they are kept short. */
export function validationError(errors: FieldError[]): Error {
  const named = errors
    .slice(0, MAX_ERRORS)
    .map(({ field, code }) => ({ field: field.slice(0, MAX_NAME_LENGTH), code }));
  return validationFailed(undefined, { errors: named });
}
