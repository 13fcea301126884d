import fc from 'fast-check';
import { Client } from 'pg';
import { countCodePoints } from '../text/graphemes.js';
import * as rules from './rules.js';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({
    unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    maxLength: 20,
  }),
  fc.string({ unit: fc.constantFrom('\0', '\ud83d', '\ude00', '😀', 'a', '\u0301', '\u200d'), maxLength: 8 }),
);

describe('The text rule', () => {
  let client: Client;

  beforeAll(async () => {
    client = new Client({ connectionString: process.env.TEST_POSTGRES_URL });
    await client.connect();
  });

  afterAll(() => client.end());

  it('accepts exactly the texts that PostgreSQL stores unchanged and counts like PostgreSQL', async () => {
    const rule = rules.textRule(0, Number.MAX_SAFE_INTEGER);
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const kept = await client
          .query<{ text: string; length: number }>('SELECT $1 AS text, char_length($1) AS length', [text])
          .then(
            ({ rows }) => rows[0]!,
            () => undefined,
          );
        expect(rule(text) === undefined).toBe(kept?.text === text);
        if (kept?.text === text) expect(countCodePoints(text)).toBe(kept.length);
      }),
      { numRuns: 500 },
    );
  });

  it('counts code points, not code units', () => {
    const rule = rules.textRule(2, 3);
    expect(['😀', '😀😀', '😀😀😀', '😀😀😀😀', 'aaaa'].map(rule)).toEqual([
      'too_short',
      undefined,
      undefined,
      'too_long',
      'too_long',
    ]);
  });

  it('requires a visible character', () => {
    const rule = rules.textRule(1, 100);
    const blank = [
      '',
      ' ',
      '\t\r\n',
      '\u00a0',
      '\u1680',
      '\u180e',
      '\u200b\u200c\u200d',
      '\u2060',
      '\ufeff',
      '\u2028',
    ]
      .concat([
        '\u2800',
        '\u3000',
        '\u3164',
        '\uffa0',
        '\u115f\u1160',
        '\u17b4',
        '\u034f',
        '\u00ad',
        '\u202e',
        '\u061c',
      ])
      .concat(['\ufe0f', '\u{e0001}', '\u{e0100}', '\u{1d173}', '\u0001', '\u007f', '\u0085', '\ufff9']);
    expect(blank.filter((text) => rule(text) !== 'blank')).toEqual([]);
    const seen = ['a', '.', '0', '😀', '❤️', '한', 'ا', '👨‍👩‍👧', ' a ', '\u200ba', '\u2800.', '\ufffd'];
    expect(seen.filter((text) => rule(text) !== undefined)).toEqual([]);
    expect(rules.textRule(0, 100)('  ')).toBeUndefined();
  });

  it.each([undefined, null, 1, true, [], {}, ['a'], new String('a')])(
    'refuses %p, which is no text',
    (value) => {
      expect(rules.textRule(0, 9)(value)).toBe('type');
    },
  );
});

describe('The other rules', () => {
  const A_UUID = '01890000-0000-7000-8000-0000000000aa';

  it('accept a lower-case UUID and nothing around it as id', () => {
    expect(rules.idRule(A_UUID)).toBeUndefined();
    const others = [
      `${A_UUID}\n`,
      ` ${A_UUID}`,
      A_UUID.toUpperCase(),
      `{${A_UUID}}`,
      A_UUID.replaceAll('-', ''),
      '',
    ];
    expect(others.map(rules.idRule)).toEqual(others.map(() => 'not_a_uuid'));
    expect(rules.idRule([A_UUID])).toBe('type');
  });

  it('accept 1 to 64 printable ASCII characters as clientId', () => {
    expect(['a', ' ', '~'.repeat(64)].map(rules.clientIdRule)).toEqual([undefined, undefined, undefined]);
    expect(['', 'a\n', 'é', '\u007f', '\0'].map(rules.clientIdRule)).toEqual(
      Array(5).fill('not_printable_ascii'),
    );
    expect(rules.clientIdRule('a'.repeat(65))).toBe('too_long');
  });

  it('accept safe integers within the bounds', () => {
    const rule = rules.intRule(1, Number.MAX_SAFE_INTEGER);
    expect([1, 2 ** 53 - 1].map(rule)).toEqual([undefined, undefined]);
    expect([0, -1].map(rule)).toEqual(['out_of_range', 'out_of_range']);
    expect([1.5, NaN, Infinity, 2 ** 53, '1', null, 1n].map(rule)).toEqual(Array(7).fill('type'));
  });

  it('accept distinct values in a list', () => {
    const rule = rules.listRule(rules.idRule, 1, 2);
    expect([[A_UUID], [A_UUID, A_UUID.replace('aa', 'bb')]].map(rule)).toEqual([undefined, undefined]);
    expect([[], [A_UUID, A_UUID], [1], [A_UUID, A_UUID, A_UUID], A_UUID].map(rule)).toEqual([
      'too_few',
      'duplicates',
      'type',
      'too_many',
      'type',
    ]);
  });

  it('compare list texts without surrounding white space, but with letter case and Unicode form', () => {
    const rule = rules.distinctTextsRule(rules.textRule(1, 200), 1, 2);
    const good = [['a'], ['a', 'A'], ['é', 'e\u0301'], ['a b', 'a  b'], [' a', 'b ']];
    expect(good.map(rule)).toEqual(good.map(() => undefined));
    const same = [
      ['a', 'a'],
      ['a', 'a '],
      ['\ta', 'a\n'],
      ['a\u00a0', '\u3000a'],
      ['\ufeffa', 'a'],
    ];
    expect(same.map(rule)).toEqual(same.map(() => 'duplicates'));
    expect([[], ['a', 1], ['a', ' '], 'a'].map(rule)).toEqual(['too_few', 'type', 'blank', 'type']);
  });

  it('accept any objects in a list of objects', () => {
    const rule = rules.objectListRule(1, 2);
    expect([[{}], [{ a: 1 }, { a: 1 }]].map(rule)).toEqual([undefined, undefined]);
    const others = [[], [{}, {}, {}], {}, null, [null], [[]], [{}, 1], ['a']];
    expect(others.map(rule)).toEqual(['too_few', 'too_many', ...Array<string>(6).fill('type')]);
  });

  it('accept only texts that match a pattern', () => {
    const rule = rules.patternRule(/^[a-z]+$/, 2, 3);
    expect(['ab', 'abc', 'a', 'abcd', 'a-b', 'ab\n', 'a\0', 7].map(rule)).toEqual([
      undefined,
      undefined,
      'too_short',
      'too_long',
      'bad_form',
      'bad_form',
      'nul_character',
      'type',
    ]);
  });

  it('accept a flat object of small values as map', () => {
    const rule = rules.mapRule(2);
    expect([{}, { 'a.b-c_9': '' }, { a: 1e308, b: false }].map(rule)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([{ a: 1, b: 1, c: 1 }, { '': 1 }, { 'a b': 1 }, { ['k'.repeat(41)]: 1 }].map(rule)).toEqual([
      'too_many',
      'bad_key',
      'bad_key',
      'bad_key',
    ]);
    expect(
      [{ a: null }, { a: {} }, { a: Infinity }, { a: '😀'.repeat(501) }, { a: '\0' }, [], null].map(rule),
    ).toEqual(['type', 'type', 'type', 'too_long', 'nul_character', 'type', 'type']);
  });

  it('accept exactly one emoji', () => {
    expect(['👍', '❤', '❤️', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'].map(rules.emojiRule)).toEqual(Array(4).fill(undefined));
    expect(['👍👍', 'a', '', '👍\0', 7, ['👍'], null].map(rules.emojiRule)).toEqual([
      ...Array<string>(4).fill('not_an_emoji'),
      ...Array<string>(3).fill('type'),
    ]);
  });

  it('accept only http and https URLs', () => {
    const rule = rules.urlRule(30);
    expect(['https://host/x?y#z', 'HTTP://[::1]:8080'].map(rule)).toEqual([undefined, undefined]);
    const others = [
      'javascript:alert(1)',
      'data:,x',
      '//host',
      'host',
      'http://',
      'https:host',
      'ftp://host',
    ];
    expect(others.map(rule)).toEqual(others.map(() => 'not_a_url'));
    expect(rule(`https://${'a'.repeat(30)}`)).toBe('too_long');
  });

  it('accept only the values of an enum', () => {
    const rule = rules.enumRule(['dm']);
    expect(['dm', 'DM', 'dm ', '', 'toString', '__proto__', ['dm'], null].map(rule)).toEqual([
      undefined,
      ...Array<string>(5).fill('not_a_choice'),
      'type',
      'type',
    ]);
  });
});
