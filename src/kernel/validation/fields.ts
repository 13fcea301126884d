import { applyDecorators, type Type as Class } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { wellWritten } from './emoji.js';
import { belongs, fieldRule, type Check, type Only } from './field-rule.decorator.js';
import * as rules from './rules.js';

/**
 * The vocabulary of every DTO. One decorator says what a field is: it validates the input (class-validator), and
 * describes input and output in the documents (OpenAPI, AsyncAPI).
 */
interface FieldOptions {
  /** May be left out. */
  optional?: boolean;
  /** May be null. */
  nullable?: boolean;
  /** Is there exactly where another field has one of these values: `{ kind: ['offer', 'answer'] }`. */
  only?: Only;
  example?: unknown;
  default?: unknown;
}

interface Bounds {
  min?: number;
  max?: number;
}

const UUID_PATTERN = '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
const MAX_INT = Number.MAX_SAFE_INTEGER;

export function TextField(
  doc: string,
  { min = 1, max = 200, ...options }: FieldOptions & Bounds = {},
): PropertyDecorator {
  return field(rules.textRule(min, max), doc, { type: 'string', minLength: min, maxLength: max }, options);
}

/** A UUID in any case; kept in lower case. */
export function IdField(doc: string, options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    field(rules.idRule, doc, { type: 'string', format: 'uuid' }, options),
    Transform(({ value }: { value: unknown }) => lowerCase(value)),
  );
}

/** A person: a UUID, or `me`. */
export function UserRefField(doc: string): PropertyDecorator {
  const rule: rules.Rule = (value) => (value === 'me' ? undefined : rules.idRule(value));
  return applyDecorators(
    field(rule, doc, { type: 'string', pattern: `^(me|${UUID_PATTERN})$`, example: 'me' }, {}),
    Transform(({ value }: { value: unknown }) => lowerCase(value)),
  );
}

/** Different UUIDs. */
export function IdsField(
  doc: string,
  { min = 1, max = 100, ...options }: FieldOptions & Bounds = {},
): PropertyDecorator {
  const items = { type: 'string', format: 'uuid' };
  return applyDecorators(
    field(
      rules.listRule(rules.idRule, min, max),
      doc,
      { type: 'array', items, minItems: min, maxItems: max, uniqueItems: true },
      options,
    ),
    Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(lowerCase) : value)),
  );
}

/** The caller's own name for what it creates: the same clientId is the same creation, so a retry does no harm. */
export function ClientIdField(): PropertyDecorator {
  const doc =
    'Your own name for what this creates: the same clientId answers with what the first one created, so that a retry does no harm. 1–64 printable ASCII characters.';
  return ownName(doc);
}

/** The caller's device, by the name that it gave its socket. */
export function DeviceIdField(): PropertyDecorator {
  const doc =
    'The device that does this, by the name that it gave its socket in the handshake (`deviceId`). Left out over a socket: that device; over REST it is needed.';
  return ownName(doc);
}

export function CursorField(
  doc = 'The nextCursor of the page before: goes on where it ended.',
): PropertyDecorator {
  return field(
    rules.cursorRule,
    doc,
    { type: 'string', pattern: '^[A-Za-z0-9_-]{1,2000}$' },
    { optional: true },
  );
}

export function UrlField(
  doc: string,
  { max = 2_000, ...options }: FieldOptions & Bounds = {},
): PropertyDecorator {
  return field(rules.urlRule(max), doc, { type: 'string', format: 'uri', maxLength: max }, options);
}

/** Text of one form: the pattern must match all of it. */
export function PatternField(
  doc: string,
  pattern: RegExp,
  { min = 1, max = 200, ...options }: FieldOptions & Bounds = {},
): PropertyDecorator {
  return field(
    rules.patternRule(pattern, min, max),
    doc,
    { type: 'string', pattern: pattern.source, minLength: min, maxLength: max },
    options,
  );
}

/** Exactly one emoji; with and without variation selectors the same, and kept in the one way that Unicode recommends. */
export function EmojiField(doc: string, options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    field(
      rules.emojiRule,
      doc,
      { type: 'string', format: 'emoji', minLength: 1, maxLength: 32, example: '👍' },
      options,
    ),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (wellWritten(value) ?? value) : value,
    ),
  );
}

/** Different texts, of up to 200 characters each. */
export function TextsField(doc: string, { min = 1, max = 100 }: Bounds = {}): PropertyDecorator {
  const items = { type: 'string', minLength: 1, maxLength: 200 };
  const schema = { type: 'array', items, minItems: min, maxItems: max, uniqueItems: true } as const;
  return field(rules.textsRule(rules.textRule(1, 200), min, max), doc, schema, {});
}

export function BooleanField(doc: string, options: FieldOptions = {}): PropertyDecorator {
  return field(rules.flagRule, doc, { type: 'boolean' }, options);
}

export function EnumField(
  doc: string,
  choices: readonly string[],
  options: FieldOptions = {},
): PropertyDecorator {
  return field(rules.choiceRule(choices), doc, { type: 'string', enum: [...choices] }, options);
}

/** A whole number; decimal digits in a text too, because that is how a query string brings it. */
export function IntField(
  doc: string,
  { min = 0, max = MAX_INT, ...options }: FieldOptions & Bounds = {},
): PropertyDecorator {
  return applyDecorators(
    field(rules.intRule(min, max), doc, { type: 'integer', minimum: min, maximum: max }, options),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value,
    ),
  );
}

/** A flat object with small values of the caller's own. */
export function MapField(
  doc: string,
  { max = 50, ...options }: FieldOptions & Bounds = {},
): PropertyDecorator {
  const value = { oneOf: [{ type: 'string', maxLength: 500 }, { type: 'number' }, { type: 'boolean' }] };
  return field(
    rules.mapRule(max),
    doc,
    { type: 'object', additionalProperties: value, maxProperties: max },
    options,
  );
}

/** A list of other DTOs in an input: each is checked field by field. */
export function ListField(
  doc: string,
  type: () => Class,
  { min = 1, max = 100, ...options }: FieldOptions & Bounds = {},
): PropertyDecorator {
  return applyDecorators(
    field(rules.objectsRule(min, max), doc, { type: () => [type()], minItems: min, maxItems: max }, options),
    ValidateNested({ each: true }),
    Type(type),
  );
}

/** Another DTO in an input: checked field by field. */
export function ObjectField(doc: string, type: () => Class, options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    field(rules.objectRule, doc, { type: () => type() }, options),
    ValidateNested(),
    Type(type),
  );
}

/** Ids with a version each. */
export function VersionsField(
  doc: string,
  { max = 500, ...options }: FieldOptions & Bounds = {},
): PropertyDecorator {
  const version = { type: 'integer', minimum: 0, maximum: MAX_INT };
  return applyDecorators(
    field(
      rules.versionsRule(max),
      doc,
      { type: 'object', additionalProperties: version, maxProperties: max, example: {} },
      options,
    ),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value).map(([id, item]: [string, unknown]) => [id.toLowerCase(), item]),
          )
        : value,
    ),
  );
}

/** An instant to come or gone: ISO 8601 with its offset (RFC 3339). */
export function DateTimeInputField(doc: string, options: FieldOptions = {}): PropertyDecorator {
  return field(rules.instantRule, doc, { type: 'string', format: 'date-time' }, options);
}

/** A file that came with the form, as it was received. */
export function FileField(doc: string): PropertyDecorator {
  return applyDecorators(
    field(rules.fileRule, doc, { type: 'string', format: 'binary' }, {}),
    Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => obj[key]),
  );
}

/** An instant, in answers only: ISO 8601, UTC, milliseconds. */
export function DateTimeField(doc: string, { nullable }: FieldOptions = {}): PropertyDecorator {
  return ApiProperty({ type: 'string', format: 'date-time', description: doc, nullable });
}

/** Another DTO, or a list of them, in answers only. */
export function NestedField(
  doc: string,
  type: () => Class | [Class],
  { nullable }: FieldOptions = {},
): PropertyDecorator {
  // Swagger knows a type that is to be asked later by the name of this very function.
  return ApiProperty({ type: () => type(), description: doc, nullable });
}

/** What the caller calls something of theirs. */
function ownName(doc: string): PropertyDecorator {
  const schema = { type: 'string', minLength: 1, maxLength: 64, pattern: '^[\\x20-\\x7e]+$' } as const;
  return field(rules.clientIdRule, doc, schema, { optional: true });
}

function field(
  rule: rules.Rule,
  doc: string,
  schema: ApiPropertyOptions,
  options: FieldOptions,
): PropertyDecorator {
  const { optional = false, nullable = false, only, ...rest } = options;
  const check: Check = (value, object) => {
    const isHere = !only || belongs(only, object);
    if (value === undefined) return optional || !isHere ? undefined : 'required';
    if (!isHere) return 'unknown_field';
    return value === null && nullable ? undefined : rule(value);
  };
  return applyDecorators(
    ApiProperty({
      ...schema,
      ...rest,
      ...(only && { 'x-only': only }),
      description: doc,
      required: !optional && !only,
      nullable,
    } as ApiPropertyOptions),
    fieldRule(check),
  );
}

function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}
