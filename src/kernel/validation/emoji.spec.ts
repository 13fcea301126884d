import fc from 'fast-check';
import { normalizeEmoji } from './emoji.js';

const RGI = new RegExp('^\\p{RGI_Emoji}$', 'v');
const unqualified = (emoji: string): string => emoji.replaceAll('\ufe0f', '');

/** All emoji of one character with the required selector, and all keycaps. */
const simple = Array.from({ length: 0x20000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))
  .flatMap((character) => [character, `${character}\ufe0f`, `${character}\ufe0f\u20e3`])
  .filter((text) => RGI.test(text));

const sequences = ['🇩🇪', '🇺🇳', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👍🏽', '☝🏽', '🕵🏿', '#️⃣', '0️⃣'].concat(
  ['❤️‍🔥', '🏳️‍🌈', '🏴‍☠️', '👁️‍🗨️', '🧑‍⚕️', '🕵🏽‍♂️', '⛹️‍♀️', '🧔🏻‍♀️', '⛓️‍💥'],
  ['👩🏻‍❤️‍💋‍👩🏻', '👨‍👩‍👧‍👦', '🧑🏿‍🤝‍🧑🏻', '🐻‍❄️', '🧑‍🧑‍🧒'],
);

describe('An emoji', () => {
  it('is recommended for general interchange by Unicode and unchanged in its fully qualified form', () => {
    expect(simple.length).toBeGreaterThan(1_300);
    expect([...simple, ...sequences].filter((emoji) => normalizeEmoji(emoji) !== emoji)).toEqual([]);
  });

  it('is normalized with any subset of its variation selectors', () => {
    const selected = (emoji: string): string =>
      Array.from(unqualified(emoji), (character) => {
        const isEmoji = /(?!\p{Regional_Indicator})\p{Emoji}/u.test(character);
        return isEmoji ? `${character}\ufe0f` : character;
      }).join('');
    for (const emoji of [...simple, ...sequences]) {
      expect([emoji, normalizeEmoji(unqualified(emoji))]).toEqual([emoji, emoji]);
      expect([emoji, normalizeEmoji(selected(emoji))]).toEqual([emoji, emoji]);
      expect([emoji, normalizeEmoji(emoji.replace('\ufe0f', ''))]).toEqual([emoji, emoji]);
    }
    expect(['❤', '❤️'].map(normalizeEmoji)).toEqual(['❤️', '❤️']);
  });

  it.each([
    '',
    ' ',
    'a',
    '7',
    '#',
    '*',
    'ok',
    ':+1:',
    '½',
    'ß',
    '字',
    'é',
    '\u0000',
    '\ud83d',
    '\ufe0f',
    '\u200d',
  ])('is not %j', (text) => expect(normalizeEmoji(text)).toBeUndefined());

  it.each([
    '👍👍',
    '👍 ',
    ' 👍',
    '👍a',
    '❤️❤️',
    '\ufe0f❤',
    '🇩',
    '🇩🇪🇫🇷',
    '🇽🇽',
    '1\ufe0f',
    '1\u20e3\u20e3',
    '👍\u200d',
    '👍🏽🏽',
    '🪨🏽',
    '❤\ufe0e',
    '👍\ufe0e',
    '👍\u0301',
    '👩‍👩‍👩‍👩‍👩‍👩‍👩‍👩‍👩‍👩‍👩‍👩',
    '🐶‍🐱',
    `❤${'\ufe0f'.repeat(40)}`,
  ])('is exactly one: not %s', (text) => expect(normalizeEmoji(text)).toBeUndefined());

  it('is one grapheme of at most 32 code points with an idempotent normalization, for any text', () => {
    const parts = fc.constantFrom(
      '❤',
      '👍',
      '🏽',
      '\ufe0f',
      '\u200d',
      '1',
      '\u20e3',
      '🇩',
      '🇪',
      '👩',
      '🔥',
      '🏴',
      'a',
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: parts, maxLength: 8 }), fc.string({ unit: 'grapheme' })),
        (text) => {
          const emoji = normalizeEmoji(text);
          if (emoji === undefined) return;
          expect(normalizeEmoji(emoji)).toBe(emoji);
          expect(unqualified(emoji)).toBe(unqualified(text));
          expect([...new Intl.Segmenter('en').segment(emoji)]).toHaveLength(1);
          expect(Array.from(emoji).length).toBeLessThanOrEqual(32);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
