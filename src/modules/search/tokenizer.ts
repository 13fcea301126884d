/** A word of a text, and where it stands there: from its first UTF-16 unit to before another. */
interface Token {
  word: string;
  from: number;
  to: number;
}

/** A part of a text that is marked: in UTF-16 units, as JavaScript counts. */
export interface Mark {
  start: number;
  length: number;
}

/** Different words by which one message is found. All of any text that has spaces; of Chinese some 1,500 characters. */
const MAX_WORDS = 2_000;
/** Longer ones (addresses, keys) are known by their beginning, in code points. */
const MAX_WORD_LENGTH = 40;

/** Scripts that put no spaces between words, and Hangul, which joins words and their endings. */
const UNSPACED = [
  ...['Han', 'Hiragana', 'Katakana', 'Bopomofo', 'Hangul', 'Yi', 'Thai', 'Lao', 'Khmer', 'Myanmar'],
  ...['Tai_Le', 'New_Tai_Lue', 'Tai_Tham', 'Tai_Viet', 'Javanese', 'Balinese'],
]
  .map((script) => `\\p{scx=${script}}`)
  .join('');
/** Letters and digits side by side, of one kind of script: what follows a run of the other kind is another run. */
const RUN = new RegExp(
  `(?<unspaced>[[\\p{L}\\p{N}\\p{M}]&&[${UNSPACED}]]+)|[[\\p{L}\\p{N}]--[${UNSPACED}]][[\\p{L}\\p{N}\\p{M}]--[${UNSPACED}]]*`,
  'gv',
);
/** A character and what belongs to it: marks, and the parts of a syllable that may be written apart. */
const UNIT = /[^][\p{M}\u1160-\u11ff\uff9e\uff9f]*/gu;
/** Accents, variation selectors, what is not seen (soft hyphens, joiners), the tatweel: the same word with and without. */
const NEGLIGIBLE = /[\u0300-\u036f\u1dc0-\u1dff\u20d0-\u20f0\u1ab0-\u1aff\p{VS}\p{Cf}\u0640]/gu;
const ASCII = /^[\0-\x7f]*$/;
/** Nothing to fold: common Chinese characters, kana and Hangul. */
const PLAIN = /^[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]$/;

/** The words by which a message is found. */
export function tokenize(text: string): string[] {
  const words = new Set<string>();
  for (const { word } of tokensOf(text, { singles: true })) {
    words.add(word);
    if (words.size === MAX_WORDS) break;
  }
  return [...words];
}

/** The words that somebody looks for. What is written without spaces is looked for by its pairs of characters. */
export function wordsAskedFor(text: string): string[] {
  const words = new Set<string>();
  for (const { word } of tokensOf(text, { singles: false })) words.add(word);
  return [...words];
}

/** Where these words stand in a text, or null when it has not all of them. */
export function marksOf(text: string, words: readonly string[]): Mark[] | null {
  const missing = new Set(words);
  const asked = new Set(words);
  const marks: Mark[] = [];
  let end = 0;
  for (const { word, from, to } of tokensOf(text, { singles: true })) {
    if (!asked.has(word)) continue;
    missing.delete(word);
    const last = marks.at(-1);
    if (last && from < end) last.length = Math.max(end, to) - last.start;
    else marks.push({ start: from, length: to - from });
    end = Math.max(end, to);
  }
  return missing.size > 0 ? null : marks;
}

/**
 * The words of a text, in their order: runs of letters and digits, and of scripts without spaces each pair of characters
 * (with `singles` each character too; a character that stands alone is a word).
 */
function* tokensOf(text: string, { singles }: { singles: boolean }): Generator<Token> {
  const { folded, from, to } = fold(text);
  for (const { 0: run, index, groups } of folded.matchAll(RUN)) {
    if (!groups?.unspaced) {
      yield { word: shortened(run), from: from(index), to: to(index + run.length - 1) };
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

interface Folded {
  folded: string;
  /** Where the character of the text begins that a unit of `folded` comes from, and where it ends. */
  from: (unit: number) => number;
  to: (unit: number) => number;
}

/** The text without what makes no difference: case, accents, width, and how its characters are composed. */
function fold(text: string): Folded {
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

/** By way of upper case, so that ß is ss, and both forms of sigma are one. */
function foldUnit(unit: string): string {
  if (PLAIN.test(unit)) return unit;
  const bare = unit.normalize('NFKD').replace(NEGLIGIBLE, '');
  return bare.toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');
}

function shortened(word: string): string {
  return word.length <= MAX_WORD_LENGTH ? word : [...word].slice(0, MAX_WORD_LENGTH).join('');
}
