import type { FieldError } from '../errors/app-error.js';
import { validationFailed } from '../errors/base.errors.js';

const MOST_ERRORS = 20;
const LONGEST_NAME = 100;

/** The error that names the fields; the names come from the caller, so they are kept short. */
export function refuse(errors: FieldError[]): Error {
  const named = errors
    .slice(0, MOST_ERRORS)
    .map(({ field, code }) => ({ field: field.slice(0, LONGEST_NAME), code }));
  return validationFailed(undefined, { errors: named });
}
