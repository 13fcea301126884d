import { foldText } from './folding.js';

/** Term of a text with its range in the folded text; `to` is exclusive. */
interface Token {
  term: string;
  from: number;
  to: number;
  /** Whether the term is the ending of a longer one: `.net` in `asp.net`. */
  isEnding?: boolean;
}

interface Range {
  start: number;
  /** Exclusive. */
  end: number;
}

/** Highlighted range of a text, in UTF-16 code units. */
export interface Highlight {
  start: number;
  length: number;
}

/** Matches of the terms of a query in a text. */
export interface TermMatches {
  /** Terms that begin a term of the text. */
  found: Set<string>;
  /** Ranges in the text, in order. */
  highlights: Highlight[];
}

/** Indexed beginning of a term, in code points. Longer terms (URLs, keys) match by this beginning. */
const MAX_TERM_LENGTH = 40;

/** Scripts without spaces between words, and Hangul, which joins words and their endings. */
const UNSPACED = [
  ...['Han', 'Hiragana', 'Katakana', 'Bopomofo', 'Hangul', 'Yi', 'Thai', 'Lao', 'Khmer', 'Myanmar'],
  ...['Tai_Le', 'New_Tai_Lue', 'Tai_Tham', 'Tai_Viet', 'Javanese', 'Balinese'],
]
  .map((script) => `\\p{scx=${script}}`)
  .join('');
/**
 * Adjacent letters and digits of one kind of script; an emoji or flag; adjacent signs such as `++`, `#` and `€`; and the dot
 * before a word. A change of the kind begins another match.
 */
const PART = new RegExp(
  [
    `(?<unspaced>[[\\p{L}\\p{N}\\p{M}]&&[${UNSPACED}]]+)`,
    `(?<word>[[\\p{L}\\p{N}]--[${UNSPACED}]][[\\p{L}\\p{N}\\p{M}]--[${UNSPACED}]]*)`,
    `(?<emoji>\\p{RI}{2}|[\\p{ExtPict}\\p{RI}])`,
    `(?<signs>[[\\p{Sm}\\p{Sc}\\p{So}#%&@§]--[\\p{ExtPict}\\p{RI}\\u2044]]+)`,
    `(?<dot>(?<!\\.)\\.(?=[\\p{L}--[${UNSPACED}]]))`,
  ].join('|'),
  'gv',
);

const PART_KINDS = ['word', 'unspaced', 'emoji', 'signs', 'dot'] as const;

/** Match of PART. */
interface Part extends Token {
  kind: (typeof PART_KINDS)[number];
  /** Whether the part before is a word and adjacent. */
  followsWord: boolean;
}

/** Terms that a text is indexed by. A query term matches each of them that begins with it. */
export function tokenize(text: string): string[] {
  const terms = new Set<string>();
  for (const { term } of iterateTokens(foldText(text).folded)) terms.add(term);
  return [...terms];
}

/** Terms of a query, without those that are part of another: only `c++` of `c++`, and only pairs of Chinese characters. */
export function tokenizeQuery(text: string): string[] {
  const tokens = [...iterateTokens(foldText(text).folded)].filter(({ isEnding }) => !isEnding);
  const isPart = (token: Token): boolean =>
    tokens.some(({ from, to }) => from <= token.from && token.to <= to && to - from > token.to - token.from);
  return [...new Set(tokens.filter((token) => !isPart(token)).map(({ term }) => term))];
}

export function findMatches(text: string, queryTerms: readonly string[]): TermMatches {
  const { folded, from, to } = foldText(text);
  const found = new Set<string>();
  const ranges: Range[] = [];
  for (const token of iterateTokens(folded))
    for (const term of queryTerms) {
      if (!token.term.startsWith(term)) continue;
      found.add(term);
      ranges.push({ start: from(token.from), end: to(token.from + term.length - 1) });
    }
  return { found, highlights: mergeRanges(ranges.sort((one, other) => one.start - other.start)) };
}

function mergeRanges(ranges: readonly Range[]): Highlight[] {
  const highlights: Highlight[] = [];
  let lastEnd = 0;
  for (const { start, end } of ranges) {
    const last = highlights.at(-1);
    if (last && start < lastEnd) last.length = Math.max(lastEnd, end) - last.start;
    else highlights.push({ start, length: end - start });
    lastEnd = Math.max(lastEnd, end);
  }
  return highlights;
}

/**
 * Terms of a folded text: words; in scripts without spaces each pair of characters, and the last character; emoji; signs,
 * also together with the word that they follow or precede.
 */
function* iterateTokens(folded: string): Generator<Token> {
  let before: Part | undefined;
  for (const { 0: term, index: from, groups } of folded.matchAll(PART)) {
    const adjacent = before?.to === from ? before : undefined;
    const followsWord = adjacent?.kind === 'word';
    const part: Part = { term, from, to: from + term.length, kind: kindOf(groups!), followsWord };
    if (part.kind === 'unspaced') yield* iteratePairs(part);
    else if (part.kind !== 'dot') yield truncate(part);
    if (part.kind === 'signs' && followsWord) yield join(adjacent, part);
    if (part.kind === 'word' && adjacent?.kind === 'signs' && !adjacent.followsWord)
      yield join(adjacent, part);
    if (part.kind === 'word' && adjacent?.kind === 'dot')
      yield { ...join(adjacent, part), isEnding: adjacent.followsWord };
    before = part;
  }
}

function kindOf(groups: Record<string, string | undefined>): Part['kind'] {
  return PART_KINDS.find((kind) => groups[kind] !== undefined)!;
}

function* iteratePairs({ term, from }: Token): Generator<Token> {
  const characters = [...term];
  for (const [index, character] of characters.entries()) {
    const pair = character + (characters[index + 1] ?? '');
    yield { term: pair, from, to: from + pair.length };
    from += character.length;
  }
}

function join(one: Token, other: Token): Token {
  return truncate({ term: one.term + other.term, from: one.from, to: other.to });
}

function truncate({ term, from, to }: Token): Token {
  if (term.length > MAX_TERM_LENGTH) term = [...term].slice(0, MAX_TERM_LENGTH).join('');
  return { term, from, to };
}

/** Text of a tsquery for the terms as beginnings, each behind a prefix that the search index puts before its terms. */
export function toPrefixQuery(terms: readonly string[], prefix = ''): string {
  return terms.map((term) => `${quoteTerm(prefix, term)}:*`).join('&');
}

/** Text of a tsquery for the terms as whole words. */
export function toWordQuery(terms: readonly string[]): string {
  return terms.map((term) => quoteTerm('', term)).join('&');
}

function quoteTerm(prefix: string, term: string): string {
  return `'${prefix}${term.replace(/['\\]/g, '$&$&')}'`;
}
