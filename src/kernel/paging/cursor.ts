import { idRule, type Rule } from '../validation/rules.js';
import { validationError } from '../validation/validation-error.js';

/** Type of one sort key in a cursor. */
interface CursorKey<Value> {
  toJson(value: Value): string | number;
  /** Undefined when the JSON value is not of this type. */
  fromJson(json: unknown): Value | undefined;
}

type CursorKeys<Values extends unknown[]> = { [Index in keyof Values]: CursorKey<Values[Index]> };

/** Encodes and decodes the cursors of one list. A cursor is an opaque base64url string: the sort keys of the last row of a page. */
export class CursorCodec<Values extends unknown[]> {
  constructor(private readonly keys: CursorKeys<Values>) {}

  encode(...values: Values): string {
    const json = this.keys.map((key, index) => key.toJson(values[index]));
    return Buffer.from(JSON.stringify(json)).toString('base64url');
  }

  /** Sort keys of a cursor, or `start` when there is no cursor. Throws `invalid_cursor` when a key has another type. */
  decode(cursor: string): Values;
  decode(cursor: string | undefined, start: Values): Values;
  decode(cursor: string | undefined, start?: Values): Values {
    if (cursor === undefined) return start!;
    const json = parseJson(cursor);
    if (!Array.isArray(json) || json.length !== this.keys.length) throw invalidCursor();
    return this.keys.map((key, index) => {
      const value = key.fromJson(json[index]);
      if (value === undefined) throw invalidCursor();
      return value;
    }) as Values;
  }
}

/** Cursor of a list sorted by keys of these types: `cursor(instant, uuid)`. */
export function cursor<Values extends unknown[]>(...keys: CursorKeys<Values>): CursorCodec<Values> {
  return new CursorCodec<Values>(keys);
}

/** Point in time with millisecond precision, up to the year 9999. */
export const instant: CursorKey<Date> = {
  toJson: (value) => value.getTime(),
  fromJson: (json) => (isNonNegativeInteger(json) && json < Date.UTC(10_000, 0) ? new Date(json) : undefined),
};

/** Non-negative safe integer: a seq or a version. */
export const seq: CursorKey<number> = {
  toJson: (value) => value,
  fromJson: (json) => (isNonNegativeInteger(json) ? json : undefined),
};

/** Text that a validation rule accepts. */
export function text(rule: Rule): CursorKey<string> {
  return {
    toJson: (value) => value,
    fromJson: (json) => (rule(json) === undefined ? (json as string) : undefined),
  };
}

export const uuid = text(idRule);

/** One of the given texts. With the id of the list as the only text, the cursors of other lists are rejected. */
export function literal<Text extends string>(...values: readonly Text[]): CursorKey<Text> {
  return {
    toJson: (value) => value,
    fromJson: (json) => values.find((value) => value === json),
  };
}

/** Lower bound of all UUIDs. A first page that starts here has the statement, and so the plan, of a later page. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';
/** Upper bound of all UUIDs. */
export const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** Upper bound of all instants. */
export const LAST_INSTANT = new Date(Date.UTC(9_999, 11));

function isNonNegativeInteger(json: unknown): json is number {
  return Number.isSafeInteger(json) && (json as number) >= 0;
}

function invalidCursor(): Error {
  return validationError([{ field: 'cursor', code: 'invalid_cursor' }]);
}

function parseJson(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
