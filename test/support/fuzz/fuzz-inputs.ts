/** Part of every invalid text value: no answer may repeat it. */
export const MARKER = 'xMARKERx';
const json = JSON.stringify;
const DEEP = 5_000;
export const DEEP_ARRAY = '['.repeat(DEEP) + ']'.repeat(DEEP);
export const DEEP_OBJECT = '{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP);
export const SAMPLE_UUID = '01890000-0000-7000-8000-0000000000aa';

/** Names that every object inherits, and names that lead to a prototype. */
export const PROTOTYPE_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'isPrototypeOf',
  '__defineGetter__',
];

export const WRONG_TYPES: [type: string, text: string][] = [
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

export const INVALID_TEXTS = [`"${MARKER}\\u0000"`, `"\\u0000"`, `"${MARKER}\\ud800"`, `"\\udc00${MARKER}"`];
export const BLANK_TEXTS = [
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
export const INVALID_IDS = [
  MARKER,
  '../..',
  `${SAMPLE_UUID}\n`,
  ` ${SAMPLE_UUID}`,
  `{${SAMPLE_UUID}}`,
  SAMPLE_UUID.replaceAll('-', ''),
]
  .concat([
    SAMPLE_UUID.slice(1),
    `${SAMPLE_UUID}0`,
    SAMPLE_UUID.replace('a', 'g'),
    'ME ',
    MARKER.repeat(1_250),
  ])
  .concat(["' OR 1=1 --", '%', '*', '{}', 'null', 'undefined'])
  .map((text) => json(text));
export const INVALID_EMOJIS = [
  'a',
  '1',
  '#',
  '👍👍',
  '👍 ',
  ' 👍',
  '👍a',
  `👍${MARKER}`,
  '❤\ufe0e',
  '\ufe0f❤',
]
  .concat(['1\ufe0f', '🇩', '🇩🇪🇫🇷', '👍\u200d', '\u200d👍', '👍🏽🏽', 'e\u0301', ':+1:', '👍\ufe0f'.repeat(2)])
  .concat([
    '👍'.repeat(33),
    '❤️'.repeat(5_000),
    '☺\n',
    '&#128077;',
    '🏴\u{e0067}\u{e007f}',
    ...PROTOTYPE_NAMES,
  ])
  .map((text) => json(text));
export const INVALID_INTEGERS = ['1.5', '-0.5', '9007199254740992', '1e309', '-1e309'].concat(
  ['NaN', 'Infinity', '12abc', '0x10', '1e3', ' 1', '1 ', '1.0', '1,000', '--1', '+', '']
    .concat(['\u0661', '9007199254740993', '99999999999999999999', `1${MARKER}`])
    .map((text) => json(text)),
);
export const INVALID_CURSORS = [MARKER, MARKER.repeat(1_250), 'not/a+cursor=', ' ', '\u2800']
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
        [SAMPLE_UUID.toUpperCase()],
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
export const invalidMaps = (most: number): string[] => [
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

export const INVALID_DATE_TIMES = [
  '2030-01-01',
  '2030-01-01T12:00:00',
  '2030-01-01 12:00:00Z',
  '12:00:00Z',
  'now',
  'infinity',
  '0',
]
  .concat(['2030-13-01T12:00:00Z', '2030-02-30T12:00:00Z', '2030-01-01T25:00:00Z', '2030-01-01T12:60:00Z'])
  .concat([
    '2030-01-01T12:00:60Z',
    '2030-01-01T12:00:00+24:00',
    '2030-01-01T12:00:00+0200',
    '0000-01-01T12:00:00Z',
  ])
  .concat(['20300101T120000Z', '+012030-01-01T12:00:00Z', '2030-W01-1T12:00:00Z', '1893499200000', MARKER])
  .concat([
    '2030-01-01T12:00:00Z\n',
    '2030-01-01T12:00:00.Z',
    '2030-01-01T12:00:00 BC',
    '٢030-01-01T12:00:00Z',
  ])
  .map((text) => json(text));
export const invalidVersions = (most: number): string[] => [
  ...INVALID_IDS.map((id) => `{${id}:1}`),
  ...['-1', 'null', '"1"', '[]', '{}', 'true', ...INVALID_INTEGERS].map(
    (version) => `{${json(SAMPLE_UUID)}:${version}}`,
  ),
  json(Object.fromEntries(Array.from({ length: most + 1 }, (_, index) => [idOf(index), 1]))),
  ...PROTOTYPE_NAMES.map((name) => `{"${name}":1}`),
];

/** One code point above the maximum, with the smallest number of code units. */
export function oversize(max: number): string {
  return '😀'.repeat(max + 1);
}

/** One of ten thousand ids. */
export function idOf(index: number): string {
  return SAMPLE_UUID.slice(0, -4) + String(index).padStart(4, '0');
}
