import { wellWritten } from './emoji.js';
import { ReceivedFile } from './received-file.js';

/** Says what is wrong with a value, as the code of the field error, or nothing. */
export type Rule = (value: unknown) => string | undefined;

/** Something that a reader can see: not a space, not a control or format character, not a default ignorable one. */
const VISIBLE = /[^\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{DI}\u2800]/u;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const PRINTABLE_ASCII = /^[\x20-\x7e]+$/;
const CURSOR = /^[A-Za-z0-9_-]{1,2000}$/;
/** RFC 3339: a date, a time and where on earth that is. */
const [FIRST_INSTANT, END_OF_TIME] = [Date.parse('0001-01-01'), Date.UTC(10_000, 0)];
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** Text that PostgreSQL can keep: well-formed UTF-16 without NUL. Lengths are in code points. */
export function textRule(min: number, max: number): Rule {
  return (value) => {
    if (typeof value !== 'string') return 'type';
    if (!value.isWellFormed()) return 'not_well_formed';
    if (value.includes('\0')) return 'nul_character';
    if (value.length > max && codePoints(value) > max) return 'too_long';
    if (min > 0 && !VISIBLE.test(value)) return 'blank';
    return codePoints(value) < min ? 'too_short' : undefined;
  };
}

/** How many code points a text has: what PostgreSQL's char_length counts. */
export function codePoints(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0xdc00 || unit > 0xdfff) count++;
  }
  return count;
}

export const idRule: Rule = (value) => {
  if (typeof value !== 'string') return 'type';
  return UUID.test(value) ? undefined : 'not_a_uuid';
};

export const clientIdRule: Rule = (value) => {
  if (typeof value !== 'string') return 'type';
  if (value.length > 64) return 'too_long';
  return PRINTABLE_ASCII.test(value) ? undefined : 'not_printable_ascii';
};

export const cursorRule: Rule = (value) => {
  if (typeof value !== 'string') return 'type';
  return CURSOR.test(value) ? undefined : 'invalid_cursor';
};

export function urlRule(max: number): Rule {
  return (value) => {
    const wrong = textRule(1, max)(value);
    if (wrong) return wrong;
    return URL.canParse(value as string) && /^https?:\/\//i.test(value as string) ? undefined : 'not_a_url';
  };
}

export function patternRule(pattern: RegExp, min: number, max: number): Rule {
  const text = textRule(min, max);
  return (value) => text(value) ?? (pattern.test(value as string) ? undefined : 'bad_form');
}

export function intRule(min: number, max: number): Rule {
  return (value) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return 'type';
    return value < min || value > max ? 'out_of_range' : undefined;
  };
}

export const instantRule: Rule = (value) => {
  if (typeof value !== 'string') return 'type';
  const at = INSTANT.test(value) ? Date.parse(value) : NaN;
  if (!(at >= FIRST_INSTANT && at < END_OF_TIME)) return 'not_an_instant';
  const day = value.slice(0, 10);
  return new Date(day).toISOString().startsWith(day) ? undefined : 'not_an_instant'; // the 31st of February
};

/** Exactly one emoji, however it is written. */
export const emojiRule: Rule = (value) => {
  if (typeof value !== 'string') return 'type';
  return wellWritten(value) === undefined ? 'not_an_emoji' : undefined;
};

/** Only who reads forms makes one. */
export const fileRule: Rule = (value) => (value instanceof ReceivedFile ? undefined : 'type');

export const flagRule: Rule = (value) => (typeof value === 'boolean' ? undefined : 'type');

export function choiceRule(options: readonly string[]): Rule {
  return (value) => {
    if (typeof value !== 'string') return 'type';
    return options.includes(value) ? undefined : 'not_a_choice';
  };
}

/** A list of different values that all follow one rule. */
export function listRule(item: Rule, min: number, max: number): Rule {
  return (value) => {
    if (!Array.isArray(value)) return 'type';
    if (value.length < min) return 'too_few';
    if (value.length > max) return 'too_many';
    const wrong = value.map(item).find(Boolean);
    return wrong ?? (new Set(value).size < value.length ? 'duplicates' : undefined);
  };
}

/** The same of texts, which differ in more than the white space around them. */
export function textsRule(item: Rule, min: number, max: number): Rule {
  const list = listRule(item, min, max);
  return (value) => {
    const wrong = list(value);
    if (wrong) return wrong;
    const texts = (value as string[]).map((text) => text.trim());
    return new Set(texts).size < texts.length ? 'duplicates' : undefined;
  };
}

/** An object, which is checked as what it is. */
export const objectRule: Rule = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'type';

/** A list of objects, each of which is checked as what it is. */
export function objectsRule(min: number, max: number): Rule {
  return (value) => {
    if (!Array.isArray(value)) return 'type';
    if (value.length < min) return 'too_few';
    if (value.length > max) return 'too_many';
    return value.every((item) => objectRule(item) === undefined) ? undefined : 'type';
  };
}

const KEY = /^[A-Za-z0-9_.-]{1,40}$/;

/** A flat object of small values: keys of 1–40 plain characters, values text up to 500, finite numbers or booleans. */
export function mapRule(maxKeys: number): Rule {
  const text = textRule(0, 500);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'type';
    const entries = Object.entries(value);
    if (entries.length > maxKeys) return 'too_many';
    for (const [key, item] of entries) {
      if (!KEY.test(key)) return 'bad_key';
      if (typeof item === 'boolean' || (typeof item === 'number' && Number.isFinite(item))) continue;
      const wrong = text(item);
      if (wrong) return wrong;
    }
    return undefined;
  };
}

/** A flat object from UUIDs to whole numbers, of at most so many. */
export function versionsRule(maxKeys: number): Rule {
  const version = intRule(0, Number.MAX_SAFE_INTEGER);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'type';
    const entries = Object.entries(value);
    if (entries.length > maxKeys) return 'too_many';
    for (const [id, item] of entries) {
      const wrong = idRule(id) ?? version(item);
      if (wrong) return wrong;
    }
    return undefined;
  };
}
