/** Extended grapheme clusters (Unicode UAX #29), the same in every language. */
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Number of code points, as counted by char_length of PostgreSQL. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0xdc00 || unit > 0xdfff) count++;
  }
  return count;
}

/** Beginning of a text with at most `max` code points, cut between graphemes. Empty if the first grapheme is longer. */
export function cutText(text: string, max: number): string {
  const end = findCodePoint(text, max);
  return text.slice(0, graphemes.segment(text).containing(end)?.index);
}

/** As `cutText`, but a first grapheme that is longer is cut between its code points. */
export function toExcerpt(text: string, max: number): string {
  return cutText(text, max) || text.slice(0, findCodePoint(text, max));
}

/** Index of the code point with this number, from 0; the length of a text that has no more. */
function findCodePoint(text: string, number: number): number {
  let index = 0;
  for (let count = 0; count < number && index < text.length; count++)
    index += text.codePointAt(index)! > 0xffff ? 2 : 1;
  return index;
}
