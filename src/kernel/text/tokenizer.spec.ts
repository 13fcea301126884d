import fc from 'fast-check';
import { findMatches, tokenize, tokenizeQuery, toPrefixQuery } from './tokenizer.js';

/** Highlighted parts of a text. */
function highlightedParts(text: string, query: string): string[] | null {
  const terms = tokenizeQuery(query);
  const { found, highlights } = findMatches(text, terms);
  if (found.size < terms.length) return null;
  return highlights.map(({ start, length }) => text.slice(start, start + length));
}

describe('Words of a text', () => {
  it.each([
    [
      'are runs of letters and digits',
      'Hello, world! 42 e-mails at 12:30',
      'hello world 42 e mails at 12 30',
    ],
    [
      'are compared without case',
      'STRASSE Straße ΣΑΣ σας İstanbul ISTANBUL ırmak',
      'strasse σασ istanbul irmak',
    ],
    [
      'are compared without accents',
      'Crème brûlée, Ångström, ёлка, Việt Nam',
      'creme brulee angstrom елка viet nam',
    ],
    [
      'are compared without differences of composition',
      'cafe\u0301 café \uff43\uff41\uff46\uff45 ﬁne',
      'cafe fine',
    ],
    [
      'leave out invisible characters',
      'Silben\u00adtrennung می\u200cخواهم كتـــاب',
      'silbentrennung میخواهم كتاب',
    ],
    ['are compared without points and vowel signs', 'שָׁלוֹ שלו مُحَمَّد محمد', 'שלו محمد'],
    [
      'are compared without strokes and ligatures',
      'Łódź Smørrebrød Đà Ærø cœur',
      'lodz smorrebrod da aero coeur',
    ],
    ['are compared without the kind of digits', '٣٤ 34 ３４', '34'],
    ['keep vowel signs of Indic scripts', 'नमस्ते दुनिया', 'नमस्ते दुनिया'],
    ['of Chinese', '东京都', '东京 京都 都'],
    ['of Japanese, in any kana and width', 'ガｶﾞか\u3099ー', 'かか かー ー'],
    ['of Korean, composed or not', '가나 \u1100\u1161\u1102\u1161', '가나 나'],
    ['of Thai', 'สวัส', 'สว วั ัส ส'],
    ['of adjacent scripts', 'iPhone手机15号', 'iphone 手机 机 15 号'],
    ['of supplementary planes', '𠮷野', '𠮷野 野'],
    ['are emoji without skin tones, and each emoji of a sequence', '👍🏽👍 ❤️ 👨‍👩‍👧 🇩🇪🇫🇷', '👍 ❤ 👨 👩 👧 🇩🇪 🇫🇷'],
    [
      'are signs, alone and with the word beside',
      'C++, (F#) 5€ #tag @ann',
      'c ++ c++ f # f# 5 € 5€ tag #tag @ ann @ann',
    ],
    ['are endings behind a dot', 'ASP.NET .net 3.14', 'asp net .net 3 14'],
    ['leave out punctuation', '… — ?! "..." (-) a...b', 'a b'],
  ])('%s', (_what, text, words) => {
    expect(tokenize(text).sort()).toEqual(words.split(' ').filter(Boolean).sort());
  });

  it('are limited in length, not in number', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `w${index}`).join(' ');
    expect(tokenize(many)).toHaveLength(5_000);
    expect(tokenize('x'.repeat(10_000))).toEqual(['x'.repeat(40)]);
    expect(tokenize('𝒳'.repeat(41))).toEqual(['x'.repeat(40)]);
    expect(tokenize('𐐷'.repeat(41))).toEqual(['𐐷'.repeat(40)]);
  });
});

describe('A search query', () => {
  it('is split into pairs of characters in scripts without spaces', () => {
    expect(tokenizeQuery('东京都 Tower 塔')).toEqual(['东京', '京都', 'tower', '塔']);
    expect(tokenizeQuery(' … ')).toEqual([]);
  });

  it('keeps the longest of the terms at one place', () => {
    expect(tokenizeQuery('C++ .NET asp.net 👍🏽 @ann')).toEqual(['c++', '.net', 'asp', 'net', '👍', '@ann']);
  });

  it('becomes a tsquery of beginnings', () => {
    expect(toPrefixQuery(['c++', 'net'], '5 ')).toBe(`'5 c++':*&'5 net':*`);
  });

  it.each([
    ['Die Straße, die STRASSE', 'strasse', ['Straße', 'STRASSE']],
    ['one two one', 'two one', ['one', 'two', 'one']],
    ['cafe\u0301 au lait', 'café', ['cafe\u0301']],
    ['👍🏽 我在东京都，京都。', '东京都', ['东京都', '京都']],
    ['ｶﾞ and か\u3099', 'が', ['ｶﾞ', 'か\u3099']],
    ['half ½ of it', '2', ['½']],
    ['only one of them', 'one two', null],
    ['Kölner words', 'köln word', ['Köln', 'word']],
    ['Write C++, C and cats', 'c++', ['C++']],
    ['no C here', 'c++', null],
    ['👨‍👩‍👧 and 👍🏽', '👩 👍', ['👨‍👩‍👧', '👍🏽']],
    ['fix', 'prefix', null],
  ])('is highlighted in “%s”', (text, query, found) => {
    expect(highlightedParts(text, query)).toEqual(found);
  });

  it('is found and highlighted in every text that contains it', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(text, text, text, (before, query, after) => {
        const terms = tokenizeQuery(query);
        const whole = `${before} ${query} ${after}`;
        const indexed = tokenize(whole);
        expect(terms.filter((term) => !indexed.some((other) => other.startsWith(term)))).toEqual([]);
        const { found, highlights } = findMatches(whole, terms);
        expect(found.size).toBe(terms.length);
        let end = 0;
        for (const { start, length } of highlights) {
          expect(start).toBeGreaterThanOrEqual(end);
          expect(length).toBeGreaterThan(0);
          end = start + length;
          expect(whole.slice(start, end).isWellFormed()).toBe(true);
        }
        expect(end).toBeLessThanOrEqual(whole.length);
      }),
      { numRuns: 500 },
    );
  });
});
