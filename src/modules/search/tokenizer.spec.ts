import fc from 'fast-check';
import { marksOf, wordsAskedFor, tokenize } from './tokenizer.js';

/** What is marked, as it is written. */
function marked(text: string, asked: string): string[] | null {
  const marks = marksOf(text, wordsAskedFor(asked));
  return marks && marks.map(({ start, length }) => text.slice(start, start + length));
}

describe('The words of a text', () => {
  it.each([
    ['letters and digits', 'Hello, world! 42 e-mails at 12:30', 'hello world 42 e mails at 12 30'],
    ['without case', 'STRASSE Straße ΣΑΣ σας İstanbul ISTANBUL ırmak', 'strasse σασ istanbul irmak'],
    ['without accents', 'Crème brûlée, Ångström, ёлка, Việt Nam', 'creme brulee angstrom елка viet nam'],
    ['however they are composed', 'cafe\u0301 café \uff43\uff41\uff46\uff45 ﬁne', 'cafe fine'],
    [
      'with what is not seen left out',
      'Silben\u00adtrennung می\u200cخواهم كتـــاب',
      'silbentrennung میخواهم كتاب',
    ],
    ['with marks that are letters', 'नमस्ते दुनिया שָׁלוֹם', 'नमस्ते दुनिया שָׁלוֹם'],
    ['of Chinese', '东京都', '东 东京 京 京都 都'],
    ['of Japanese, whatever its width', 'ガｶﾞか\u3099ー', 'ガ ガガ ガが が がー ー'],
    ['of Korean, composed or not', '가나 \u1100\u1161\u1102\u1161', '가 가나 나'],
    ['of Thai', 'สวัส', 'ส สว ว วั ั ัส'],
    ['side by side', 'iPhone手机15号', 'iphone 手 手机 机 15 号'],
    ['beyond the basic plane', '𠮷野', '𠮷 𠮷野 野'],
    ['but no emoji', '👍🏽 ❤️ 👨‍👩‍👧 … — ?!', ''],
  ])('%s', (_what, text, words) => {
    expect(tokenize(text).sort()).toEqual(words.split(' ').filter(Boolean).sort());
  });

  it('are not without end', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `w${index}`).join(' ');
    expect(tokenize(many)).toHaveLength(2_000);
    expect(tokenize('x'.repeat(10_000))).toEqual(['x'.repeat(40)]);
    expect(tokenize('𝒳'.repeat(41))).toEqual(['x'.repeat(40)]);
    expect(tokenize('𐐷'.repeat(41))).toEqual(['𐐷'.repeat(40)]);
  });
});

describe('What is asked for', () => {
  it('is looked for by pairs of characters where there are no spaces', () => {
    expect(wordsAskedFor('东京都 Tower 塔')).toEqual(['东京', '京都', 'tower', '塔']);
    expect(wordsAskedFor(' … 👍 ')).toEqual([]);
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
  ])('is marked in “%s”', (text, asked, found) => {
    expect(marked(text, asked)).toEqual(found);
  });

  it('is found in any text that it was taken from, and marked within it', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(text, text, text, (before, asked, after) => {
        const words = wordsAskedFor(asked);
        const whole = `${before} ${asked} ${after}`;
        expect(tokenize(whole)).toEqual(expect.arrayContaining(words));
        const marks = marksOf(whole, words)!;
        let end = 0;
        for (const { start, length } of marks) {
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
