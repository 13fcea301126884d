import { foldText } from './folding.js';

const fold = (text: string): string => foldText(text).folded;
const collator = new Intl.Collator('en', { sensitivity: 'base' });
/** Letters whose sort position has not changed for years. */
const SCRIPTS = [
  'Latin',
  'Greek',
  'Cyrillic',
  'Hebrew',
  'Arabic',
  'Devanagari',
  'Thai',
  'Hiragana',
  'Katakana',
];
/** A letter that is folded by its upper case, and letters with a middle dot, which separates words. */
const EXCEPTIONS = new Set('ıĿŀͺ');

function lettersOf(script: string): string[] {
  const isLetter = new RegExp(`^[\\p{L}&&\\p{sc=${script}}]$`, 'v');
  return Array.from({ length: 0xfb00 }, (_, code) => String.fromCharCode(code))
    .filter((letter) => isLetter.test(letter) && !EXCEPTIONS.has(letter))
    .sort(collator.compare);
}

describe('Folding', () => {
  it.each([
    ['the vowel signs of Arabic', 'مُحَمَّد كَتَبَ', 'محمد كتب'],
    ['the points of Hebrew', 'שָׁלוֹ', 'שלו'],
    ['strokes', 'Łódź, Smørrebrød, Đà Nẵng', 'lodz, smorrebrod, da nang'],
    ['ligatures', 'Ærø, cœur, Straße, ﬁn', 'aero, coeur, strasse, fin'],
    ['the dot of i', 'İstanbul ışık', 'istanbul isik'],
    ['the kind of kana', 'ガｶﾞか\u3099', 'かかか'],
    ['the kind of digits', '٣۴５', '345'],
    ['skin tones', '👍🏽', '👍'],
    ['the form of sigma', 'ΣΑΣ σας', 'σασ σασ'],
  ])('leaves out %s', (_what, text, folded) => {
    expect(fold(text)).toBe(folded);
    expect(fold(folded)).toBe(folded);
  });

  it.each([
    ['й', 'и'],
    ['أ', 'ا'],
    ['की', 'क'],
    ['ำ', 'า'],
    ['ŋ', 'n'],
  ])('keeps %s apart from %s, composed or not', (letter, other) => {
    expect(fold(letter)).not.toBe(fold(other));
    expect(fold(letter.normalize('NFD'))).toBe(fold(letter));
  });

  it.each(SCRIPTS)('equates the letters that the root collation of Unicode equates: %s', (script) => {
    const letters = lettersOf(script);
    const isEqual = (one: string, other: string): boolean => collator.compare(one, other) === 0;
    const wrong = letters.filter((letter, index) => {
      const before = letters[index - 1];
      const isMissed = before && isEqual(before, letter) && fold(before) !== fold(letter);
      return isMissed || !isEqual(letter, fold(letter));
    });
    expect(wrong).toEqual([]);
  });

  it('maps each unit to its character', () => {
    const { folded, from, to } = foldText('aﬁ\u0301👍🏽ß');
    expect([...folded]).toEqual(['a', 'f', 'i', '👍', 's', 's']);
    expect([from(2), to(2), from(3), to(4), from(5), to(6)]).toEqual([1, 3, 3, 7, 7, 8]);
  });
});
