import fc from 'fast-check';
import { findHighlights, tokenizeQuery, tokenize } from './tokenizer.js';

/** Highlighted parts of a text. */
function highlightedParts(text: string, query: string): string[] | null {
  const highlights = findHighlights(text, tokenizeQuery(query));
  return highlights && highlights.map(({ start, length }) => text.slice(start, start + length));
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
    ['keep combining signs that are letters', 'नमस्ते दुनिया שָׁלוֹם', 'नमस्ते दुनिया שָׁלוֹם'],
    ['of Chinese', '东京都', '东 东京 京 京都 都'],
    ['of Japanese, in any width', 'ガｶﾞか\u3099ー', 'ガ ガガ ガが が がー ー'],
    ['of Korean, composed or not', '가나 \u1100\u1161\u1102\u1161', '가 가나 나'],
    ['of Thai', 'สวัส', 'ส สว ว วั ั ัส'],
    ['of adjacent scripts', 'iPhone手机15号', 'iphone 手 手机 机 15 号'],
    ['of supplementary planes', '𠮷野', '𠮷 𠮷野 野'],
    ['leave out emoji and punctuation', '👍🏽 ❤️ 👨‍👩‍👧 … — ?!', ''],
  ])('%s', (_what, text, words) => {
    expect(tokenize(text).sort()).toEqual(words.split(' ').filter(Boolean).sort());
  });

  it('are limited in number and length', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `w${index}`).join(' ');
    expect(tokenize(many)).toHaveLength(2_000);
    expect(tokenize('x'.repeat(10_000))).toEqual(['x'.repeat(40)]);
    expect(tokenize('𝒳'.repeat(41))).toEqual(['x'.repeat(40)]);
    expect(tokenize('𐐷'.repeat(41))).toEqual(['𐐷'.repeat(40)]);
  });
});

describe('A search query', () => {
  it('is split into pairs of characters in scripts without spaces', () => {
    expect(tokenizeQuery('东京都 Tower 塔')).toEqual(['东京', '京都', 'tower', '塔']);
    expect(tokenizeQuery(' … 👍 ')).toEqual([]);
  });

  it.each([
    ['Die Straße, die STRASSE', 'strasse', ['Straße', 'STRASSE']],
    ['one two one', 'two one', ['one', 'two', 'one']],
    ['cafe\u0301 au lait', 'café', ['cafe\u0301']],
    ['👍🏽 我在东京都，京都。', '东京都', ['东京都', '京都']],
    ['ｶﾞ and か\u3099', 'が', ['か\u3099']],
    ['half ½ of it', '2', ['½']],
    ['only one of them', 'one two', null],
    ['words', 'word', null],
  ])('is highlighted in “%s”', (text, query, found) => {
    expect(highlightedParts(text, query)).toEqual(found);
  });

  it('is found and highlighted in every text that contains it', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(text, text, text, (before, query, after) => {
        const words = tokenizeQuery(query);
        const whole = `${before} ${query} ${after}`;
        expect(tokenize(whole)).toEqual(expect.arrayContaining(words));
        const highlights = findHighlights(whole, words)!;
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
