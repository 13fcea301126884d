import { ANY_TEXT_PATTERN, TEXT_PATTERN } from '../../../src/kernel/validation/rules.js';
import {
  SAMPLE_UUID,
  BLANK_TEXTS,
  idOf,
  invalidMaps,
  MARKER,
  INVALID_CURSORS,
  INVALID_EMOJIS,
  INVALID_IDS,
  INVALID_DATE_TIMES,
  INVALID_INTEGERS,
  INVALID_TEXTS,
  oversize,
  PROTOTYPE_NAMES,
  invalidVersions,
  WRONG_TYPES,
} from './fuzz-inputs.js';

/** JSON schema of one field in the documents. */
export interface FieldSchema {
  /** Present exactly when other fields have one of these values. */
  'x-only'?: Record<string, string[]>;
  example?: unknown;
  type?: string;
  format?: string;
  pattern?: string;
  enum?: string[];
  nullable?: boolean;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  maxProperties?: number;
  /** Of a list of objects: with its fields, after resolving its `$ref`. */
  items?: FieldSchema & Partial<ItemSchema>;
  additionalProperties?: { type?: string };
  /** Of an object: location of its fields, and the fields after resolving its `$ref`. */
  allOf?: { $ref: string }[];
  properties?: Record<string, FieldSchema>;
  required?: string[];
}

export interface ItemSchema {
  properties: Record<string, FieldSchema>;
  required?: string[];
}

const json = JSON.stringify;

/** All invalid values of a field by its kind. An unknown kind is an error: it needs a generator here. */
export function invalidValues(name: string, schema: FieldSchema): string[] {
  const kind = kindOf(name, schema);
  const wrongTypes = WRONG_TYPES.filter(
    ([type, text]) => !(schema.nullable && type === 'null') && !matchesType(schema, type, text),
  ).map(([, text]) => text);
  return [...new Set([...wrongTypes, ...BAD_BY_KIND[kind](schema)])];
}

export type Kind =
  | 'text'
  | 'cleaned'
  | 'pattern'
  | 'cursor'
  | 'id'
  | 'ids'
  | 'texts'
  | 'list'
  | 'object'
  | 'url'
  | 'instant'
  | 'emoji'
  | 'choice'
  | 'integer'
  | 'flag'
  | 'map'
  | 'file'
  | 'versions';

const BAD_BY_KIND: Record<Kind, (schema: FieldSchema) => string[]> = {
  text: ({ minLength, maxLength }) => [
    ...INVALID_TEXTS,
    ...(minLength === 0 ? [] : BLANK_TEXTS),
    json(oversize(maxLength!)),
  ],
  cleaned: () => [],
  pattern: ({ pattern, maxLength = 10_000 }) => [
    ...[...INVALID_TEXTS, ...BLANK_TEXTS, ...INVALID_IDS].filter((text) => {
      const value = JSON.parse(text) as string;
      return !new RegExp(pattern!).test(value) || value.length > maxLength;
    }),
    json('a'.repeat(maxLength + 1)),
  ],
  cursor: () => [...INVALID_TEXTS, ...INVALID_CURSORS],
  id: () => [...INVALID_TEXTS, ...BLANK_TEXTS, ...INVALID_IDS],
  ids: ({ minItems = 0, maxItems }) => [
    ...INVALID_IDS.map((id) => `[${id}]`),
    ...(minItems > 0 ? ['[]'] : []),
    ...['null', '7', '[]', '{}', 'true'].map((item) => `[${item}]`),
    json(Array.from({ length: maxItems! + 1 }, (_, index) => idOf(index))),
  ],
  texts: ({ items, minItems = 0, maxItems = 0 }) => [
    ...[...INVALID_TEXTS, ...BLANK_TEXTS, json(oversize(items!.maxLength!))].map(
      (text) => `[${text},"else"]`,
    ),
    ...['null', '7', '[]', '{}', 'true'].map((item) => `[${item},"else"]`),
    json(['same', 'same']),
    json(Array.from({ length: minItems - 1 }, (_, index) => `Number ${index}`)),
    json(Array.from({ length: maxItems + 1 }, (_, index) => `Number ${index}`)),
  ],
  list: ({ items, maxItems }) => {
    const { properties, required = [] } = items as ItemSchema;
    const valid = validItem(items as ItemSchema);
    const withBad = (name: string, text: string): string => listOf({ ...valid, ...{ [name]: text } });
    return [
      ...Object.entries(properties).flatMap(([name, fieldSchema]) =>
        invalidValues(name, fieldSchema).map((text) => withBad(name, text)),
      ),
      ...required.map((name) =>
        listOf(Object.fromEntries(Object.entries(valid).filter(([key]) => key !== name))),
      ),
      ...['notAField', '', ...PROTOTYPE_NAMES].map((name) => withBad(name, json(MARKER))),
      ...['null', '7', '[]', json(MARKER)].map((item) => `[${item}]`),
      `${listOf(valid).slice(0, -1)},7]`,
      `[${listOf(valid)}]`,
      listOf(...Array<Record<string, string>>(maxItems! + 1).fill(valid)),
    ];
  },
  object: (schema) => {
    const { properties, required = [] } = schema as ItemSchema;
    const valid = validItem(schema as ItemSchema);
    const withBad = (name: string, text: string): string =>
      objectOf({ ...validItem(schema as ItemSchema, name), [name]: text });
    return [
      ...Object.entries(properties).flatMap(([name, fieldSchema]) =>
        invalidValues(name, fieldSchema).map((text) => withBad(name, text)),
      ),
      ...required.map((name) =>
        objectOf(Object.fromEntries(Object.entries(valid).filter(([key]) => key !== name))),
      ),
      ...['notAField', '', ...PROTOTYPE_NAMES].map((name) => withBad(name, json(MARKER))),
    ];
  },
  url: ({ maxLength }) => [
    ...INVALID_TEXTS,
    ...BLANK_TEXTS,
    json(`https://${MARKER}/${oversize(maxLength!)}`),
    ...[
      MARKER,
      '/x',
      '//host/x',
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'ftp://host',
    ]
      .concat(['http://', 'https://[', 'http://a b', 'blob:https://host/x', `http://${MARKER}:99999`])
      .map((text) => json(text)),
  ],
  instant: () => [...INVALID_TEXTS, ...BLANK_TEXTS, ...INVALID_DATE_TIMES],
  emoji: () => [...INVALID_TEXTS, ...BLANK_TEXTS, ...INVALID_EMOJIS],
  choice: ({ enum: choices }) => [
    ...INVALID_TEXTS,
    ...BLANK_TEXTS,
    ...PROTOTYPE_NAMES.map((name) => json(name)),
    json(MARKER),
    json(choices![0]!.toUpperCase()),
    json(`${choices![0]!} `),
    json([choices![0]]),
  ],
  integer: ({ minimum = 0, maximum }) => [
    ...INVALID_INTEGERS,
    ...[minimum - 1, -1, -(2 ** 31), -(2 ** 53)].filter((value) => value < minimum).flatMap(asNumberAndText),
    ...[maximum! + 1, 2 ** 31, 2 ** 53].filter((value) => value > maximum!).flatMap(asNumberAndText),
  ],
  flag: () => ['0', '1', ...['true', 'false', 'yes', '1', MARKER].map((text) => json(text))],
  map: ({ maxProperties }) => [...invalidMaps(maxProperties!), json(MARKER)],
  file: () => [], // part of a form only, where other tests cover invalid values
  versions: ({ maxProperties }) => [...invalidVersions(maxProperties!), json(MARKER)],
};

/** Required fields of an object as JSON text: of an object that contains the given field, if any. */
export function validItem(
  { properties, required = [] }: ItemSchema,
  having?: string,
): Record<string, string> {
  const chosen = having ? properties[having]?.['x-only'] : undefined;
  const choices = Object.entries(chosen ?? {}).map(([name, [first]]) => [name, json(first)]);
  const valid = {
    ...Object.fromEntries(required.map((name) => [name, validValue(name, properties[name]!, {})])),
    ...(Object.fromEntries(choices) as Record<string, string>),
  };
  const isInGroup = ({ 'x-only': only }: FieldSchema): boolean =>
    !!only &&
    Object.entries(only).every(([name, values]) => values.some((value) => json(value) === valid[name]));
  const more = Object.entries(properties).filter(([, fieldSchema]) => isInGroup(fieldSchema));
  return {
    ...valid,
    ...Object.fromEntries(more.map(([name, fieldSchema]) => [name, validValue(name, fieldSchema, {})])),
  };
}

export function listOf(...items: Record<string, string>[]): string {
  return `[${items.map(objectOf).join()}]`;
}

export function objectOf(fields: Record<string, string>): string {
  const pairs = Object.entries(fields).map(([name, text]) => `${json(name)}:${text}`);
  return `{${pairs.join()}}`;
}

function asNumberAndText(value: number): string[] {
  return [String(value), json(String(value))];
}

const TEXT_PATTERNS: unknown[] = [TEXT_PATTERN, ANY_TEXT_PATTERN];

export function kindOf(name: string, schema: FieldSchema): Kind {
  const { type, format, pattern, maxLength, items, additionalProperties } = schema;
  if (type === 'string' && schema.enum) return 'choice';
  if (type === 'string' && format === 'uuid') return 'id';
  if (type === 'string' && format === 'binary') return 'file';
  if (type === 'string' && format === 'uri' && maxLength) return 'url';
  if (type === 'string' && format === 'date-time') return 'instant';
  if (type === 'string' && format === 'emoji') return 'emoji';
  if (type === 'string' && TEXT_PATTERNS.includes(pattern)) return 'text';
  if (type === 'string' && pattern) return /^cursor$/i.test(name) ? 'cursor' : 'pattern';
  if (type === 'string' && !format && maxLength) return 'text';
  if (type === 'string' && schema.minLength === 0) return 'cleaned';
  if (type === 'integer') return 'integer';
  if (type === 'boolean') return 'flag';
  if (type === 'array' && items?.format === 'uuid') return 'ids';
  if (type === 'array' && items?.type === 'string' && items.maxLength) return 'texts';
  if (type === 'array' && items?.properties) return 'list';
  if (type === 'object' && schema.properties) return 'object';
  if (type === 'object' && additionalProperties)
    return additionalProperties.type === 'integer' ? 'versions' : 'map';
  throw new Error(`No invalid values are known for the field ${name}: ${json(schema)}`);
}

/**
 * True when a value of this JSON type can be valid for the field; the kind then has its own invalid values of
 * that type.
 */
function matchesType({ type, minItems, minLength }: FieldSchema, jsonType: string, text: string): boolean {
  if (type === 'string') return minLength === 0 && text === '""';
  if (type === 'array') return minItems === 0 && text === '[]';
  return type === jsonType;
}

/** A valid value of a required field: a known one by name, otherwise one that matches the schema. */
export function validValue(name: string, schema: FieldSchema, known: Record<string, unknown>): string {
  if (name in known) return json(known[name]);
  if (kindOf(name, schema) === 'list') return listOf(validItem(schema.items as ItemSchema));
  if (kindOf(name, schema) === 'object') return objectOf(validItem(schema as ItemSchema));
  const any: Record<Exclude<Kind, 'list' | 'object'>, unknown> = {
    text: 'Something visible',
    cleaned: 'Something visible',
    pattern: schema.example ?? SAMPLE_UUID,
    cursor: '',
    id: SAMPLE_UUID,
    ids: [SAMPLE_UUID],
    texts: ['Something visible', 'Something else'],
    url: 'https://host/x',
    instant: '2030-01-01T12:00:00Z',
    emoji: '👍',
    choice: schema.enum?.[0],
    integer: schema.minimum ?? 0,
    flag: true,
    map: { key: 'value' },
    file: 'a file',
    versions: { [SAMPLE_UUID]: 1 },
  };
  return json(any[kindOf(name, schema) as keyof typeof any]);
}
