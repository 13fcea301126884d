import { refuse } from './refuse.js';

const LATEST_MS = 365 * 24 * 60 * 60 * 1_000;

/** When something is to happen: later than now, and within a year. */
export function comingInstant(field: string, value: string): Date {
  const at = new Date(value);
  const from = Date.now();
  if (at.getTime() <= from) throw refuse([{ field, code: 'in_the_past' }]);
  if (at.getTime() > from + LATEST_MS) throw refuse([{ field, code: 'too_late' }]);
  return at;
}
