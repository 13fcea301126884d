import { validationFailed } from '../errors/base.errors.js';
import { idRule } from '../validation/rules.js';

/** An opaque place in a list: the values of the last row's sort keys. Clients give it back, and look no further. */
export function encodeCursor(values: (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** The values of a cursor, checked against what the list expects; anything else is a validation error. */
export function decodeCursor(
  cursor: string,
  ...expected: ((value: unknown) => boolean)[]
): (string | number)[] {
  const values = parse(cursor);
  if (
    !Array.isArray(values) ||
    values.length !== expected.length ||
    !expected.every((fits, index) => fits(values[index]))
  ) {
    throw validationFailed(undefined, { errors: [{ field: 'cursor', code: 'invalid_cursor' }] });
  }
  return values as (string | number)[];
}

/** Before every id: a first page that begins here has the same statement as a later one, and PostgreSQL one good plan. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** After every id. */
export const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** After every instant and id. */
const LAST_PLACE: [at: number, id: string] = [Date.UTC(9_999, 11), LAST_ID];

export const isId = (value: unknown): boolean => idRule(value) === undefined;
export const isSeq = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
/** Milliseconds since 1970, as far as ISO 8601 writes years with four digits. */
export const isInstant = (value: unknown): boolean => isSeq(value) && (value as number) < Date.UTC(10_000, 0);

/** Where a list goes on that is sorted by an instant and an id, the newest first. */
export function beforePlace(cursor: string | undefined): { at: Date; id: string } {
  const [at, id] = cursor ? decodeCursor(cursor, isInstant, isId) : LAST_PLACE;
  return { at: new Date(at as number), id: id as string };
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
