import { applyDecorators, type Type as Class } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { parseDateTime } from './date-time.js';
import { normalizeEmoji } from './emoji.js';
import { holdsFor, fieldRule, type FieldCheck, type FieldCondition } from './field-rule.decorator.js';
import { cleanName, lowerCaseText, normalizeText, omitEmptyList } from './normalization.decorators.js';
import * as rules from './rules.js';

/** Options common to all field decorators. */
interface FieldOptions {
  optional?: boolean;
  nullable?: boolean;
  /** Condition on other fields: the field is required where it holds and unknown elsewhere. `{ kind: ['offer', 'answer'] }` */
  onlyIf?: FieldCondition;
  example?: unknown;
  default?: unknown;
}

interface Bounds {
  min?: number;
  max?: number;
}

const UUID_PATTERN = '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
const MAX_INT = Number.MAX_SAFE_INTEGER;

/**
 * Text; bounds in characters. Like every decorator of this file it validates an input and describes its field in the documents.
 */
export function TextField(
  description: string,
  { min = 1, max = 200, ...options }: FieldOptions & Bounds = {},
): PropertyDecorator {
  const pattern = min > 0 ? rules.TEXT_PATTERN : rules.ANY_TEXT_PATTERN;
  const schema = { type: 'string', minLength: min, maxLength: max, pattern } as const;
  return field(rules.textRule(min, max), description, schema, options);
}

/** Name or title in one line (RFC 8266), 1 to `max` characters. */
export function NameField(description: string, max: number, options: FieldOptions = {}): PropertyDecorator {
  const schema = { type: 'string', minLength: 1, maxLength: max, pattern: rules.NAME_PATTERN } as const;
  return field(rules.nameRule(max), description, schema, options);
}

/** Name from the host product, cleaned like the claim of a token instead of rejected; null when nothing is left. */
export function HostNameField(description: string, max: number): PropertyDecorator {
  const options = { optional: true, nullable: true };
  return applyDecorators(
    field(rules.textRule(1, max), description, { type: 'string', minLength: 0 }, options),
    cleanName(max),
  );
}

/** UUID in any letter case, normalized to lower case. */
export function IdField(description: string, options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    field(rules.idRule, description, { type: 'string', format: 'uuid' }, options),
    lowerCaseText(),
  );
}

/** User: a UUID or `me`. */
export function UserRefField(description: string): PropertyDecorator {
  const rule: rules.Rule = (value) => (value === 'me' ? undefined : rules.idRule(value));
  return applyDecorators(
    field(rule, description, { type: 'string', pattern: `^(me|${UUID_PATTERN})$`, example: 'me' }, {}),
    lowerCaseText(),
  );
}

/** Set of UUIDs: a repeated id counts once. */
export function IdsField(
  description: string,
  { min = 1, max = 100, ...options }: FieldOptions & Bounds = {},
): PropertyDecorator {
  const items = { type: 'string', format: 'uuid' };
  return applyDecorators(
    field(
      rules.listRule(rules.idRule, min, max),
      description,
      { type: 'array', items, minItems: min, maxItems: max },
      options,
    ),
    lowerCaseText(max),
  );
}

/** Idempotency key of a creation. */
export function ClientIdField(): PropertyDecorator {
  return clientChosenIdField(
    'Idempotency key chosen by the client: a retry with the same clientId returns the object created first. 1–64 printable ASCII characters.',
  );
}

/** Device of the current user. */
export function DeviceIdField(): PropertyDecorator {
  return clientChosenIdField(
    'Device id, as in the socket handshake (`deviceId`). Default over a socket: the device of the socket. Required over REST.',
    { 'x-required-over-rest': true },
  );
}

export function CursorField(
  description = '`nextCursor` of the previous page. Default: the first page.',
): PropertyDecorator {
  return field(
    rules.cursorRule,
    description,
    { type: 'string', pattern: '^[A-Za-z0-9_-]{1,2000}$' },
    { optional: true },
  );
}

export function UrlField(
  description: string,
  { max = 2_000, ...options }: FieldOptions & Bounds = {},
): PropertyDecorator {
  return field(rules.urlRule(max), description, { type: 'string', format: 'uri', maxLength: max }, options);
}

/** Text that the pattern matches as a whole. */
export function PatternField(
  description: string,
  pattern: RegExp,
  { min = 1, max = 200, ...options }: FieldOptions & Bounds = {},
): PropertyDecorator {
  const schema = { type: 'string', pattern: pattern.source, minLength: min, maxLength: max } as const;
  return field(rules.patternRule(pattern, min, max), description, schema, options);
}

/** Exactly one emoji, normalized to its fully qualified form (Unicode UTS #51). */
export function EmojiField(description: string, options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    field(
      rules.emojiRule,
      description,
      { type: 'string', format: 'emoji', minLength: 1, maxLength: 32, example: '👍' },
      options,
    ),
    normalizeText(normalizeEmoji),
  );
}

/** List of distinct texts of 1–200 characters. */
export function TextsField(description: string, { min = 1, max = 100 }: Bounds = {}): PropertyDecorator {
  const items = { type: 'string', minLength: 1, maxLength: 200, pattern: rules.TEXT_PATTERN };
  const schema = { type: 'array', items, minItems: min, maxItems: max, uniqueItems: true } as const;
  return field(rules.distinctTextsRule(rules.textRule(1, 200), min, max), description, schema, {});
}

export function BooleanField(description: string, options: FieldOptions = {}): PropertyDecorator {
  return field(rules.booleanRule, description, { type: 'boolean' }, options);
}

export function EnumField(
  description: string,
  values: readonly string[],
  options: FieldOptions = {},
): PropertyDecorator {
  return field(rules.enumRule(values), description, { type: 'string', enum: [...values] }, options);
}

/** Integer. A text of decimal digits is converted, because a query string has no numbers. */
export function IntField(
  description: string,
  { min = 0, max = MAX_INT, ...options }: FieldOptions & Bounds = {},
): PropertyDecorator {
  return applyDecorators(
    field(rules.intRule(min, max), description, { type: 'integer', minimum: min, maximum: max }, options),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value,
    ),
  );
}

/** Flat object with small values chosen by the client. */
export function MapField(
  description: string,
  { max = 50, ...options }: FieldOptions & Bounds = {},
): PropertyDecorator {
  const text = { type: 'string', maxLength: 500, pattern: rules.ANY_TEXT_PATTERN };
  const additionalProperties = { oneOf: [text, { type: 'number' }, { type: 'boolean' }] };
  const propertyNames = { pattern: rules.KEY_PATTERN };
  const schema = { type: 'object', additionalProperties, maxProperties: max, propertyNames } as const;
  return field(rules.mapRule(max), description, schema, options);
}

/** List of DTOs in an input, each validated. An empty optional list is none, as generated clients send it. */
export function ListField(
  description: string,
  type: () => Class,
  { max = 100, ...options }: FieldOptions & Pick<Bounds, 'max'> = {},
): PropertyDecorator {
  const min = options.optional ? 0 : 1;
  const schema: ApiPropertyOptions = { type: () => [type()], minItems: min, maxItems: max };
  return applyDecorators(
    field(rules.objectListRule(min, max), description, schema, options),
    ...(options.optional ? [omitEmptyList()] : []),
    ValidateNested({ each: true }),
    Type(type),
  );
}

/** DTO in an input, validated. */
export function ObjectField(
  description: string,
  type: () => Class,
  options: FieldOptions = {},
): PropertyDecorator {
  return applyDecorators(
    field(rules.objectRule, description, { type: () => type() }, options),
    ValidateNested(),
    Type(type),
  );
}

/** Object from id to version. */
export function VersionsField(
  description: string,
  { max = 500, ...options }: FieldOptions & Bounds = {},
): PropertyDecorator {
  const version = { type: 'integer', minimum: 0, maximum: MAX_INT };
  return applyDecorators(
    field(
      rules.versionsRule(max),
      description,
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

/** Uploaded file of a multipart form. */
export function FileField(description: string): PropertyDecorator {
  return applyDecorators(
    field(rules.fileRule, description, { type: 'string', format: 'binary', minLength: 1 }, {}),
    Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => obj[key]),
  );
}

/** Point in time in any form of RFC 3339, normalized to UTC with milliseconds as in answers. */
export function DateTimeField(description: string, options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    field(rules.dateTimeRule, description, { type: 'string', format: 'date-time' }, options),
    normalizeText((text) => parseDateTime(text)?.toISOString()),
  );
}

/** DTO or list of DTOs in a result. Not validated. */
export function NestedField(
  description: string,
  type: () => Class | [Class],
  { nullable }: FieldOptions = {},
): PropertyDecorator {
  // Swagger recognizes a lazy type by a function with the name `type`.
  return ApiProperty({ type: () => type(), description, nullable });
}

function clientChosenIdField(description: string, extensions: object = {}): PropertyDecorator {
  const schema = { type: 'string', minLength: 1, maxLength: 64, pattern: '^[\\x20-\\x7e]+$' } as const;
  return field(rules.clientIdRule, description, { ...schema, ...extensions }, { optional: true });
}

function field(
  rule: rules.Rule,
  description: string,
  schema: ApiPropertyOptions,
  options: FieldOptions,
): PropertyDecorator {
  const { optional = false, nullable = false, onlyIf, ...rest } = options;
  const check: FieldCheck = (value, dto) => {
    const isExpected = !onlyIf || holdsFor(onlyIf, dto);
    if (value === undefined) return optional || !isExpected ? undefined : 'required';
    if (!isExpected) return 'unknown_field';
    return value === null && nullable ? undefined : rule(value);
  };
  return applyDecorators(
    ApiProperty({
      ...schema,
      ...rest,
      ...(onlyIf && { 'x-only': onlyIf }),
      description,
      required: !optional && !onlyIf,
      nullable,
    } as ApiPropertyOptions),
    fieldRule(check),
  );
}
