import { countCodePoints, cutText, toExcerpt } from './graphemes.js';

const FAMILY = '👨‍👩‍👧';

describe('A text', () => {
  it.each([
    ['within the limit stays whole', 'abc', 3, 'abc'],
    ['is cut between letters', 'abcd', 3, 'abc'],
    ['is cut before an accent that would be lost', 'abe\u0301', 3, 'ab'],
    ['is cut before a sequence of emoji', `ab${FAMILY}c`, 4, 'ab'],
    ['keeps a sequence of emoji that ends at the limit', `ab${FAMILY}c`, 7, `ab${FAMILY}`],
    ['is cut between flags', '🇩🇪🇫🇷', 3, '🇩🇪'],
    ['is cut between syllables', '각\u1100\u1161\u11a8', 2, '각'],
    ['is cut between code points, not code units', '😀😀', 1, '😀'],
  ])('%s', (_title, text, max, cut) => {
    expect([cutText(text, max), toExcerpt(text, max)]).toEqual([cut, cut]);
    expect(countCodePoints(cut)).toBeLessThanOrEqual(max);
  });

  it('whose first grapheme is too long has an excerpt all the same', () => {
    const text = `a${'\u0301'.repeat(300)}`;
    expect(cutText(text, 100)).toBe('');
    expect(toExcerpt(text, 100)).toBe(text.slice(0, 100));
  });
});
