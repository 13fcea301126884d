import { EQUAL_LETTERS, IGNORABLE_RANGES, INDIVISIBLE_LETTERS } from './folding-table.js';

/** Folded text with a mapping back to the original. */
export interface FoldedText {
  folded: string;
  /** Start and end, in the original text, of the character that a unit of `folded` comes from. */
  from: (unit: number) => number;
  to: (unit: number) => number;
}

const decode = (codes: string): string =>
  String.fromCodePoint(...codes.split('+').map((code) => parseInt(code, 16)));
const entriesOf = (table: readonly string[]): string[] => table.join(' ').split(' ');
const toRange = (range: string): string => range.replace(/\w+/g, '\\u{$&}');

const EQUAL = new Map(
  entriesOf(EQUAL_LETTERS).map((entry) => entry.split('=').map(decode) as [letter: string, folded: string]),
);
const INDIVISIBLE = new Set(entriesOf(INDIVISIBLE_LETTERS).map(decode));
/** Also invisible format characters and the skin tones of emoji. */
const IGNORABLE = new RegExp(
  `[${entriesOf(IGNORABLE_RANGES).map(toRange).join('')}\\p{VS}\\p{Cf}\\u{1f3fb}-\\u{1f3ff}]`,
  'gu',
);

const ASCII = /^[\0-\x7f]*$/;
/** Characters without folding: common Chinese characters and Hangul. */
const PLAIN = /^[\u4e00-\u9fff\uac00-\ud7a3]$/;
/** Sequence of emoji, or character with its combining marks and the conjoining parts of a syllable. */
const UNIT =
  /\p{ExtPict}[\p{EMod}\ufe0f]*(?:\u200d\p{ExtPict}[\p{EMod}\ufe0f]*)+|[^][\p{M}\p{EMod}\u1160-\u11ff\uff9e\uff9f]*/gu;
/** Folded units that are kept in memory. */
const MAX_KEPT_UNITS = 20_000;
const keptUnits = new Map<string, string>();

/**
 * Text without the differences that the root collation of Unicode ignores at primary strength (UTS #10): case, accents,
 * points and vowel signs of Arabic and Hebrew, strokes, ligatures, width, the kind of kana and of digits. The index and the
 * queries of every search use it.
 */
export function foldText(text: string): FoldedText {
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

function foldUnit(unit: string): string {
  if (PLAIN.test(unit)) return unit;
  const kept = keptUnits.get(unit);
  if (kept !== undefined) return kept;
  const folded = [...unit.normalize('NFC')].map(foldCharacter).join('').normalize('NFC');
  if (keptUnits.size < MAX_KEPT_UNITS) keptUnits.set(unit, folded);
  return folded;
}

function foldCharacter(character: string): string {
  const digit = digitValue(character);
  if (digit !== undefined) return String(digit);
  const lower = toLowerCase(character);
  const equal = EQUAL.get(lower) ?? (INDIVISIBLE.has(lower) ? lower : undefined);
  if (equal !== undefined) return equal;
  const compatible = character.normalize('NFKC');
  if (compatible !== character) return foldUnit(compatible);
  const bare = toLowerCase(character.normalize('NFD').replace(IGNORABLE, ''));
  return [...bare].map((letter) => EQUAL.get(letter) ?? letter).join('');
}

/** By way of upper case: ß becomes ss, and both forms of sigma become one. */
function toLowerCase(text: string): string {
  return text.toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}

const DECIMAL_DIGIT = /^\p{Nd}$/u;

/** Value of a decimal digit. Unicode has the ten digits of each kind in a row. */
function digitValue(character: string): number | undefined {
  if (!DECIMAL_DIGIT.test(character)) return undefined;
  const code = character.codePointAt(0)!;
  let value = 0;
  while (DECIMAL_DIGIT.test(String.fromCodePoint(code - value - 1))) value++;
  return value % 10;
}
