/** Part of every bad value that can carry it: no answer may repeat it. */
export const MARKER = 'xMARKERx';
/** The JSON schema of one field, as the documents show it. */
export interface FieldSchema {
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
  items?: FieldSchema;
  additionalProperties?: object;
}

const json = JSON.stringify;
const DEEP = 5_000;
export const DEEP_ARRAY = '['.repeat(DEEP) + ']'.repeat(DEEP);
export const DEEP_OBJECT = '{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP);
const A_UUID = '01890000-0000-7000-8000-0000000000aa';

/** Names that every object inherits, and those that lead to a prototype. */
export const PROTOTYPE_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'isPrototypeOf',
  '__defineGetter__',
];

const WRONG_TYPES: [type: string, text: string][] = [
  ['null', 'null'],
  ['boolean', 'true'],
  ['integer', '7'],
  ['number', '-7.25'],
  ['number', '1e309'],
  ['array', '[]'],
  ['array', json([MARKER])],
  ['array', json([[MARKER]])],
  ['object', '{}'],
  ['object', json({ [MARKER]: MARKER })],
  ['object', json({ length: 3, 0: MARKER })],
  ['string', '""'],
];

const NOT_TEXT = [`"${MARKER}\\u0000"`, `"\\u0000"`, `"${MARKER}\\ud800"`, `"\\udc00${MARKER}"`];
const BLANK = [
  ' ',
  '\t\n\r',
  '\u00a0',
  '\u200b\u200d\ufeff',
  '\u2800',
  '\u3164',
  '\u115f\uffa0',
  '\u202e\u2066',
]
  .concat(['\u034f', '\ufe0f', '\u{e0020}', '\u180e', '\u2028\u2029', '\u0001'])
  .map((text) => json(text));
const NOT_IDS = [MARKER, '../..', `${A_UUID}\n`, ` ${A_UUID}`, `{${A_UUID}}`, A_UUID.replaceAll('-', '')]
  .concat([A_UUID.slice(1), `${A_UUID}0`, A_UUID.replace('a', 'g'), 'ME ', MARKER.repeat(1_250)])
  .concat(["' OR 1=1 --", '%', '*', '{}', 'null', 'undefined'])
  .map((text) => json(text));
const NOT_INTEGERS = ['1.5', '-0.5', '9007199254740992', '1e309', '-1e309'].concat(
  ['NaN', 'Infinity', '12abc', '0x10', '1e3', ' 1', '1 ', '1.0', '1,000', '--1', '+', '']
    .concat(['\u0661', '9007199254740993', '99999999999999999999', `1${MARKER}`])
    .map((text) => json(text)),
);
const NOT_CURSORS = [MARKER, MARKER.repeat(1_250), 'not/a+cursor=', ' ', '\u2800']
  .concat(
    [
      null,
      1,
      {},
      [],
      [1],
      ['x', 1],
      ['before', -1],
      ['before', 1.5],
      ['before', '1'],
      ['before', 1, 1],
      [null, null],
    ]
      .concat([
        ['before', 2 ** 60],
        ['__proto__', 1],
        ['constructor', 1],
        [[['before']], 1],
        [A_UUID.toUpperCase()],
      ])
      .concat([
        ['\0'],
        ['\ud800'],
        { before: 1 },
        [{ $gt: '' }],
        ['placeOf', 1],
        ['around', 1],
        [MARKER, MARKER],
      ])
      .map((value) => Buffer.from(json(value)).toString('base64url')),
    Buffer.from([0xff, 0xfe, 0x00]).toString('base64url'),
  )
  .map((text) => json(text));
const MAPS = (most: number): string[] => [
  '{"k":null}',
  '{"k":[]}',
  `{"k":{"a":"${MARKER}"}}`,
  '{"k":1e309}',
  '{"":1}',
  `{"a b":"${MARKER}"}`,
  json({ ['k'.repeat(41)]: MARKER }),
  `{"k\\u0000":1}`,
  `{"k\\ud800":1}`,
  `{"k":"${MARKER}\\u0000"}`,
  `{"k":"${MARKER}\\ud800"}`,
  json({ k: oversize(500) }),
  json(Object.fromEntries(Array.from({ length: most + 1 }, (_, index) => [`k${index}`, 1]))),
  ...PROTOTYPE_NAMES.map((name) => `{"${name}":"${MARKER}"}`),
  ...PROTOTYPE_NAMES.map((name) => `{"k":1,"${name}":{"polluted":true}}`),
];

/** One code point more than the maximum, and no code unit less than that needs. */
function oversize(max: number): string {
  return '😀'.repeat(max + 1);
}

/** Every bad value of a field, by its kind. A kind that this does not know is an error: teach it. */
export function badValues(name: string, schema: FieldSchema): string[] {
  const kind = kindOf(name, schema);
  const wrongTypes = WRONG_TYPES.filter(
    ([type]) => !(schema.nullable && type === 'null') && !fits(schema, type),
  ).map(([, text]) => text);
  return [...new Set([...wrongTypes, ...BAD_BY_KIND[kind](schema)])];
}

export type Kind =
  'text' | 'pattern' | 'cursor' | 'id' | 'ids' | 'url' | 'choice' | 'integer' | 'flag' | 'map';

const BAD_BY_KIND: Record<Kind, (schema: FieldSchema) => string[]> = {
  text: ({ minLength, maxLength }) => [
    ...NOT_TEXT,
    ...(minLength === 0 ? [] : BLANK),
    json(oversize(maxLength!)),
  ],
  pattern: ({ pattern, maxLength = 10_000 }) => [
    ...[...NOT_TEXT, ...BLANK, ...NOT_IDS].filter((text) => {
      const value = JSON.parse(text) as string;
      return !new RegExp(pattern!).test(value) || value.length > maxLength;
    }),
    json('a'.repeat(maxLength + 1)),
  ],
  cursor: () => [...NOT_TEXT, ...NOT_CURSORS],
  id: () => [...NOT_TEXT, ...BLANK, ...NOT_IDS],
  ids: ({ minItems = 0, maxItems }) => [
    ...NOT_IDS.map((id) => `[${id}]`),
    ...(minItems > 0 ? ['[]'] : []),
    ...['null', '7', '[]', '{}', 'true'].map((item) => `[${item}]`),
    json([A_UUID, A_UUID]),
    json([A_UUID, A_UUID.toUpperCase()]),
    json(
      Array.from(
        { length: maxItems! + 1 },
        (_, index) => A_UUID.slice(0, -4) + String(index).padStart(4, '0'),
      ),
    ),
  ],
  url: ({ maxLength }) => [
    ...NOT_TEXT,
    ...BLANK,
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
  choice: ({ enum: choices }) => [
    ...NOT_TEXT,
    ...BLANK,
    ...PROTOTYPE_NAMES.map((name) => json(name)),
    json(MARKER),
    json(choices![0]!.toUpperCase()),
    json(`${choices![0]!} `),
    json([choices![0]]),
  ],
  integer: ({ minimum = 0, maximum }) => [
    ...NOT_INTEGERS,
    ...[minimum - 1, -1, -(2 ** 31), -(2 ** 53)].filter((value) => value < minimum).flatMap(asNumberAndText),
    ...[maximum! + 1, 2 ** 31, 2 ** 53].filter((value) => value > maximum!).flatMap(asNumberAndText),
  ],
  flag: () => ['0', '1', ...['true', 'false', 'yes', '1', MARKER].map((text) => json(text))],
  map: ({ maxProperties }) => [...MAPS(maxProperties!), json(MARKER)],
};

function asNumberAndText(value: number): string[] {
  return [String(value), json(String(value))];
}

export function kindOf(name: string, schema: FieldSchema): Kind {
  const { type, format, pattern, maxLength, items, additionalProperties } = schema;
  if (type === 'string' && schema.enum) return 'choice';
  if (type === 'string' && format === 'uuid') return 'id';
  if (type === 'string' && format === 'uri' && maxLength) return 'url';
  if (type === 'string' && pattern) return /^cursor$/i.test(name) ? 'cursor' : 'pattern';
  if (type === 'string' && !format && maxLength) return 'text';
  if (type === 'integer') return 'integer';
  if (type === 'boolean') return 'flag';
  if (type === 'array' && items?.format === 'uuid') return 'ids';
  if (type === 'object' && additionalProperties) return 'map';
  throw new Error(`No bad values are known for the field ${name}: ${json(schema)}`);
}

/** Whether a value of this JSON type can be right for the field; then the kind has its own bad values of that type. */
function fits({ type }: FieldSchema, jsonType: string): boolean {
  return type === jsonType && type !== 'string' && type !== 'array';
}

/** A good value for a field that must be there: a known one by its name, else any that fits the schema. */
export function goodValue(name: string, schema: FieldSchema, known: Record<string, unknown>): string {
  if (name in known) return json(known[name]);
  const any: Record<Kind, unknown> = {
    text: 'Something visible',
    pattern: A_UUID,
    cursor: '',
    id: A_UUID,
    ids: [A_UUID],
    url: 'https://host/x',
    choice: schema.enum?.[0],
    integer: schema.minimum ?? 0,
    flag: true,
    map: { key: 'value' },
  };
  return json(any[kindOf(name, schema)]);
}
