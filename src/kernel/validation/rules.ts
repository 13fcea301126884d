import type { FieldCode } from '../errors/field-codes.js';
import { countCodePoints, cutText } from '../text/graphemes.js';
import { normalizeEmoji } from './emoji.js';
import { parseDateTime } from './date-time.js';

/** Field error code of a value, or undefined when it is valid. */
export type Rule = (value: unknown) => FieldCode | undefined;

/** Visible character: no space, control, format or default ignorable character. */
const VISIBLE = /[^\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{DI}\u2800]/u;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const PRINTABLE_ASCII = /^[\x20-\x7e]+$/;
const CURSOR = /^[A-Za-z0-9_-]{1,2000}$/;
/** Schemas of the text rule: no NUL, and a character that is neither white space nor a control. The rule excludes more invisible ones. */
export const ANY_TEXT_PATTERN = '^[^\\u0000]*$';
export const TEXT_PATTERN = '^[^\\u0000]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000]*$';

/** Text that PostgreSQL can store: well-formed UTF-16 without NUL. Lengths count code points. */
export function textRule(min: number, max: number): Rule {
  return (value) => {
    if (typeof value !== 'string') return 'type';
    if (!value.isWellFormed()) return 'not_well_formed';
    if (value.includes('\0')) return 'nul_character';
    if (value.length > max && countCodePoints(value) > max) return 'too_long';
    if (min > 0 && !VISIBLE.test(value)) return 'blank';
    return countCodePoints(value) < min ? 'too_short' : undefined;
  };
}

/** Controls, line separators and bidi controls: they break a line, or turn the direction of the text around a name. */
const DISRUPTIVE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const OUTER_SPACE = /^\s|\s$/u;

/** Schema of the name rule: no control or bidi control character, and no space at either end. */
const CONTROLS = '\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069';
export const NAME_PATTERN = `^[^\\s${CONTROLS}]([^${CONTROLS}]*[^\\s${CONTROLS}])?$`;

/** Text in one line for names and titles (RFC 8266): without control characters, bidi controls and outer spaces. */
export function nameRule(max: number): Rule {
  const text = textRule(1, max);
  return (value) => {
    const code = text(value);
    if (code) return code;
    if (DISRUPTIVE.test(value as string)) return 'control_character';
    return OUTER_SPACE.test(value as string) ? 'outer_space' : undefined;
  };
}

/** Name from a text of another system: cleaned by the name rule, and cut between graphemes. Null when nothing is left. */
export function toName(text: string, max: number): string | null {
  const cleaned = text
    .replace(/[\s\u0085]+/gu, ' ')
    .replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/gu, '')
    .trim();
  const name = cutText(cleaned, max).trim();
  return nameRule(max)(name) ? null : name;
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
    const code = textRule(1, max)(value);
    if (code) return code;
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

export const dateTimeRule: Rule = (value) => {
  if (typeof value !== 'string') return 'type';
  return parseDateTime(value) === undefined ? 'not_an_instant' : undefined;
};

/** Exactly one emoji, with or without variation selectors. */
export const emojiRule: Rule = (value) => {
  if (typeof value !== 'string') return 'type';
  return normalizeEmoji(value) === undefined ? 'not_an_emoji' : undefined;
};

/** Uploaded file of a form, in a temporary directory that is removed with the request. */
export class ReceivedFile {
  constructor(
    readonly path: string,
    /** Size in bytes. */
    readonly size: number,
    /** File name given by the client, without path and invisible characters. */
    readonly name: string,
    /** Media type given by the client. */
    readonly declaredType: string,
  ) {}
}

/** Only the multipart parser creates a ReceivedFile. */
export const fileRule: Rule = (value) => (value instanceof ReceivedFile ? undefined : 'type');

export const booleanRule: Rule = (value) => (typeof value === 'boolean' ? undefined : 'type');

export function enumRule(values: readonly string[]): Rule {
  return (value) => {
    if (typeof value !== 'string') return 'type';
    return values.includes(value) ? undefined : 'not_a_choice';
  };
}

/** List of distinct values that satisfy one rule. */
export function listRule(item: Rule, min: number, max: number): Rule {
  return (value) => {
    if (!Array.isArray(value)) return 'type';
    if (value.length < min) return 'too_few';
    if (value.length > max) return 'too_many';
    const code = value.map(item).find(Boolean);
    return code ?? (new Set(value).size < value.length ? 'duplicates' : undefined);
  };
}

/** List of texts that are distinct without leading and trailing white space. */
export function distinctTextsRule(item: Rule, min: number, max: number): Rule {
  const list = listRule(item, min, max);
  return (value) => {
    const code = list(value);
    if (code) return code;
    const texts = (value as string[]).map((text) => text.trim());
    return new Set(texts).size < texts.length ? 'duplicates' : undefined;
  };
}

/** Object whose fields its own DTO validates. */
export const objectRule: Rule = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'type';

/** List of objects whose fields their own DTO validates. */
export function objectListRule(min: number, max: number): Rule {
  return (value) => {
    if (!Array.isArray(value)) return 'type';
    if (value.length < min) return 'too_few';
    if (value.length > max) return 'too_many';
    return value.every((item) => objectRule(item) === undefined) ? undefined : 'type';
  };
}

export const KEY_PATTERN = '^[A-Za-z0-9_.-]{1,40}$';
const KEY = new RegExp(KEY_PATTERN);

/** Flat object: keys of 1–40 characters (letters, digits, `_.-`); values text up to 500 characters, finite numbers, booleans. */
export function mapRule(maxKeys: number): Rule {
  const text = textRule(0, 500);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'type';
    const entries = Object.entries(value);
    if (entries.length > maxKeys) return 'too_many';
    for (const [key, item] of entries) {
      if (!KEY.test(key)) return 'bad_key';
      if (typeof item === 'boolean' || (typeof item === 'number' && Number.isFinite(item))) continue;
      const code = text(item);
      if (code) return code;
    }
    return undefined;
  };
}

/** Object from UUID to version. */
export function versionsRule(maxKeys: number): Rule {
  const version = intRule(0, Number.MAX_SAFE_INTEGER);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'type';
    const entries = Object.entries(value);
    if (entries.length > maxKeys) return 'too_many';
    for (const [id, item] of entries) {
      const code = idRule(id) ?? version(item);
      if (code) return code;
    }
    return undefined;
  };
}
