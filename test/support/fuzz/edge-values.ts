import {
  validItem,
  kindOf,
  listOf,
  objectOf,
  type FieldSchema,
  type ItemSchema,
  type Kind,
} from './invalid-values.js';

const json = JSON.stringify;
const NIL = '00000000-0000-0000-0000-000000000000';
const MAX = 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF';

/** Well-formed, visible texts that could break SQL, LIKE, JSON, an index or a collation. */
const TEXTS = [
  '\u0001a\u0085\u007f',
  'a\uffff\ufffe\ufdd0',
  '\u{10ffff}',
  '\u202ea',
  'a\r\n\u2028',
  '\ufeffa',
  '\u0301',
]
  .concat([
    "'; DROP TABLE users; --",
    "\\'",
    '"',
    '\\',
    '\\\\',
    '%',
    '_',
    '%_\\',
    '\\%',
    '$1',
    '{}',
    '[]',
    'null',
    '\\u0000',
  ])
  .concat(['İ', 'ß', 'ﬁ', '𝒳', 'ǰ', '😀'].map((letter) => letter.repeat(100)));

const EDGES: Record<Kind, (schema: FieldSchema) => string[]> = {
  text: ({ maxLength = 100 }) => [
    ...TEXTS.map((text) => json(text)),
    json('😀'.repeat(Math.min(maxLength, 10_000))),
  ],
  cleaned: () => TEXTS.map((text) => json(text)),
  pattern: () => [json(NIL), json(MAX), json(' '.repeat(64)), json('~'.repeat(64)), json("'\\%$1")],
  cursor: () =>
    [
      ['before', 2 ** 53 - 1],
      ['before', 0],
      ['after', 0],
      ['after', 2 ** 53 - 1],
      [NIL],
      [MAX.toLowerCase()],
    ].map((place) => json(Buffer.from(json(place)).toString('base64url'))),
  id: () => [json(NIL), json(MAX)],
  ids: ({ maxItems = 1 }) => [
    json([NIL]),
    json([MAX]),
    json(Array.from({ length: maxItems }, (_, index) => idOf(index))),
  ],
  texts: ({ items, maxItems = 1 }) => [
    json(TEXTS.slice(0, maxItems)),
    json(Array.from({ length: maxItems }, (_, index) => '😀'.repeat(items!.maxLength! - 3) + index)),
  ],
  list: ({ items }) => {
    const valid = validItem(items as ItemSchema);
    return Object.entries(items!.properties!).flatMap(([name, fieldSchema]) =>
      edgeValues(name, fieldSchema).map((text) => listOf({ ...valid, [name]: text })),
    );
  },
  object: (schema) => {
    return Object.entries(schema.properties!).flatMap(([name, fieldSchema]) =>
      edgeValues(name, fieldSchema).map((text) =>
        objectOf({ ...validItem(schema as ItemSchema, name), [name]: text }),
      ),
    );
  },
  url: ({ maxLength = 100 }) => [
    ...[
      'https://user:pw@host:65535/?q=%00#f',
      'HTTPS://EXAMPLE.COM',
      'http://[::1]/',
      'http://é.example/😀',
    ].map((text) => json(text)),
    json('https://x/'.padEnd(maxLength, '😀').slice(0, maxLength).toWellFormed()),
  ],
  instant: () =>
    [
      '0001-01-01T00:00:00+14:00',
      '9999-12-31T23:59:59.999999999Z',
      '2030-01-01T24:00:00Z',
      '2028-02-29T00:00Z',
    ]
      .concat([
        '2030-01-01T12:00:00+23:59',
        '2030-01-01T12:00:00-23:59',
        '2030-01-01T12:00:00.123456789+05:45',
        '2030-12-31t23:59:60.5z',
      ])
      .map((text) => json(text)),
  emoji: () => ['❤', '1️⃣', '👩🏻‍❤️‍💋‍👩🏻', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '#️⃣'].map((text) => json(text)),
  choice: ({ enum: choices = [] }) => choices.map((choice) => json(choice)),
  integer: ({ minimum = 0, maximum = 0 }) =>
    [minimum, maximum, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1]
      .filter((value) => value <= maximum)
      .map(String),
  flag: () => ['true', 'false'],
  map: ({ maxProperties = 1 }) => [
    '{}',
    '{"k":1e308,"l":-1e308,"m":5e-324,"n":-0,"o":1.7976931348623157e308}',
    '{"k":""}',
    '{"a.b":true,"-":"","_":0}',
    ...TEXTS.map((text) => json({ k: text })),
    json(
      Object.fromEntries(
        Array.from({ length: maxProperties }, (_, index) => [`k${index}`, '😀'.repeat(500)]),
      ),
    ),
  ],
  file: () => [],
  versions: ({ maxProperties = 1 }) => [
    '{}',
    json({ [NIL]: 0, [MAX.toLowerCase()]: 2 ** 53 - 1 }),
    json(Object.fromEntries(Array.from({ length: maxProperties }, (_, index) => [idOf(index), index]))),
  ],
};

/** Values at the limits of a field and of PostgreSQL: they are stored or rejected, never a 500. */
export function edgeValues(name: string, schema: FieldSchema): string[] {
  return EDGES[kindOf(name, schema)](schema);
}

function idOf(index: number): string {
  return NIL.slice(0, -4) + String(index).padStart(4, '0');
}
