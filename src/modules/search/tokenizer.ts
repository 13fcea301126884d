/** Word of a text with its range in UTF-16 code units; `to` is exclusive. */
interface Token {
  word: string;
  from: number;
  to: number;
}

/** Highlighted range of a text, in UTF-16 code units. */
export interface Highlight {
  start: number;
  length: number;
}

/** Distinct words indexed for one message: every word of a text with spaces, about 1,500 characters of Chinese. */
const MAX_WORDS = 2_000;
/** Indexed prefix of a word, in code points. Longer words (URLs, keys) match by this prefix. */
const MAX_WORD_LENGTH = 40;

/** Scripts without spaces between words, and Hangul, which joins words and their endings. */
const UNSPACED = [
  ...['Han', 'Hiragana', 'Katakana', 'Bopomofo', 'Hangul', 'Yi', 'Thai', 'Lao', 'Khmer', 'Myanmar'],
  ...['Tai_Le', 'New_Tai_Lue', 'Tai_Tham', 'Tai_Viet', 'Javanese', 'Balinese'],
]
  .map((script) => `\\p{scx=${script}}`)
  .join('');
/** Adjacent letters and digits of one kind of script. A change of the kind begins another run. */
const RUN = new RegExp(
  `(?<unspaced>[[\\p{L}\\p{N}\\p{M}]&&[${UNSPACED}]]+)|[[\\p{L}\\p{N}]--[${UNSPACED}]][[\\p{L}\\p{N}\\p{M}]--[${UNSPACED}]]*`,
  'gv',
);
/** Character with its combining marks and the conjoining parts of a syllable. */
const UNIT = /[^][\p{M}\u1160-\u11ff\uff9e\uff9f]*/gu;
/** Characters that do not distinguish words: accents, variation selectors, invisible format characters, the tatweel. */
const NEGLIGIBLE = /[\u0300-\u036f\u1dc0-\u1dff\u20d0-\u20f0\u1ab0-\u1aff\p{VS}\p{Cf}\u0640]/gu;
const ASCII = /^[\0-\x7f]*$/;
/** Characters without folding: common Chinese characters, kana and Hangul. */
const PLAIN = /^[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]$/;

/** Words that a message is indexed by. */
export function tokenize(text: string): string[] {
  const words = new Set<string>();
  for (const { word } of iterateTokens(text, { singles: true })) {
    words.add(word);
    if (words.size === MAX_WORDS) break;
  }
  return [...words];
}

/** Words of a search query. Scripts without spaces are searched by pairs of characters. */
export function tokenizeQuery(text: string): string[] {
  const words = new Set<string>();
  for (const { word } of iterateTokens(text, { singles: false })) words.add(word);
  return [...words];
}

/** Ranges of the words in a text; null unless the text contains all of them. */
export function findHighlights(text: string, words: readonly string[]): Highlight[] | null {
  const missing = new Set(words);
  const queryWords = new Set(words);
  const highlights: Highlight[] = [];
  let end = 0;
  for (const { word, from, to } of iterateTokens(text, { singles: true })) {
    if (!queryWords.has(word)) continue;
    missing.delete(word);
    const last = highlights.at(-1);
    if (last && from < end) last.length = Math.max(end, to) - last.start;
    else highlights.push({ start: from, length: to - from });
    end = Math.max(end, to);
  }
  return missing.size > 0 ? null : highlights;
}

/**
 * Words of a text in order: runs of letters and digits; in scripts without spaces each pair of characters, with `singles`
 * each character as well. A character without neighbors is a word.
 */
function* iterateTokens(text: string, { singles }: { singles: boolean }): Generator<Token> {
  const { folded, from, to } = foldText(text);
  for (const { 0: run, index, groups } of folded.matchAll(RUN)) {
    if (!groups?.unspaced) {
      yield { word: truncateWord(run), from: from(index), to: to(index + run.length - 1) };
      continue;
    }
    let before = '';
    let at = index;
    for (const character of run) {
      const end = to(at + character.length - 1);
      if (before) yield { word: before + character, from: from(at - before.length), to: end };
      if (singles || character === run) yield { word: character, from: from(at), to: end };
      before = character;
      at += character.length;
    }
  }
}

/** Folded text with a mapping back to the original. */
interface FoldedText {
  folded: string;
  /** Start and end, in the original text, of the character that a unit of `folded` comes from. */
  from: (unit: number) => number;
  to: (unit: number) => number;
}

/** Text without differences of case, accents, width and composition (Unicode normalization). */
function foldText(text: string): FoldedText {
  if (ASCII.test(text)) return { folded: text.toLowerCase(), from: (unit) => unit, to: (unit) => unit + 1 };
  let folded = '';
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { 0: unit, index } of text.matchAll(UNIT)) {
    folded += foldUnit(unit);
    while (starts.length < folded.length) {
      starts.push(index);
      ends.push(index + unit.length);
    }
  }
  return { folded, from: (unit) => starts[unit]!, to: (unit) => ends[unit]! };
}

/** Folds by way of upper case: ß becomes ss, and both forms of sigma become one. */
function foldUnit(unit: string): string {
  if (PLAIN.test(unit)) return unit;
  const bare = unit.normalize('NFKD').replace(NEGLIGIBLE, '');
  return bare.toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');
}

function truncateWord(word: string): string {
  return word.length <= MAX_WORD_LENGTH ? word : [...word].slice(0, MAX_WORD_LENGTH).join('');
}
