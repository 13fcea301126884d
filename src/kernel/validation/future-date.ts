import { validationError } from './validation-error.js';

const LATEST_MS = 365 * 24 * 60 * 60 * 1_000;

/** When something is to happen: later than now, and within a year. */
export function requireFutureDate(field: string, value: string): Date {
  const at = new Date(value);
  const from = Date.now();
  if (at.getTime() <= from) throw validationError([{ field, code: 'in_the_past' }]);
  if (at.getTime() > from + LATEST_MS) throw validationError([{ field, code: 'too_far_in_future' }]);
  return at;
}
