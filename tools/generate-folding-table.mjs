// Writes src/kernel/text/folding-table.ts: what the root collation of Unicode (UTS #10, CLDR) equates at primary strength
// and Unicode normalization does not. A change of the table needs a migration that indexes all texts again.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('../src/kernel/text/folding-table.ts', import.meta.url));
const LINE_LENGTH = 115;
const collator = new Intl.Collator('en', { sensitivity: 'base' });
const isEqual = (one, other) => collator.compare(one, other) === 0;

/** Scripts of ideographs and syllables, whose characters are all distinct. */
const DISTINCT =
  /[\p{sc=Han}\p{sc=Hangul}\p{sc=Yi}\p{sc=Tangut}\p{sc=Khitan_Small_Script}\p{sc=Nushu}\p{sc=Egyptian_Hieroglyphs}\p{sc=Anatolian_Hieroglyphs}\p{sc=Cuneiform}\p{sc=Bamum}]/u;
/** Scripts with letters that equal sequences of others, and the length of the longest sequence. */
const EXPANDING = { Latin: 3, Greek: 2, Hebrew: 2, Armenian: 2 };

const words = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))
  .filter((character) => /[\p{L}\p{N}\p{M}]/u.test(character));
const ignorable = new Set(words.filter((character) => isEqual(`a${character}b`, 'ab')));
/** Decimal digits are folded by their value. */
const letters = words.filter(
  (letter) => !ignorable.has(letter) && !DISTINCT.test(letter) && !/\p{Nd}/u.test(letter),
);
const toLower = (text) => text.toUpperCase().toLowerCase().replaceAll('ς', 'σ');
const strip = (text) => [...text.normalize('NFKD')].filter((part) => !ignorable.has(part)).join('');
const isSingle = (text) => [...text].length === 1;

const distinct = letters.filter((letter) => {
  const bare = strip(letter);
  return (
    bare !== letter && /[\p{L}\p{M}]$/u.test(bare) && toLower(letter) === letter && !isEqual(letter, bare)
  );
});
/** Without those that normalization decomposes to others of them. */
const indivisible = distinct.filter(
  (letter) => ![...letter.normalize('NFKC')].some((part) => part !== letter && distinct.includes(part)),
);

/** As `foldText` folds a letter without the table of equal letters. */
function foldPlainly(letter) {
  const lower = toLower(letter);
  if (indivisible.includes(lower)) return lower;
  const compatible = letter.normalize('NFKC');
  if (compatible !== letter) return [...compatible].map(foldPlainly).join('');
  return toLower(strip(letter));
}

const groups = [];
for (const letter of [...letters, ...'abcdefghijklmnopqrstuvwxyz'].sort(collator.compare)) {
  const folded = foldPlainly(letter);
  if (groups.length > 0 && isEqual(groups.at(-1).first, letter)) groups.at(-1).foldings.add(folded);
  else groups.push({ first: letter, foldings: new Set([folded]) });
}

/** Folded text by letter. */
const foldings = new Map();
const representatives = [];
for (const { foldings: group } of groups) {
  const singles = [...group].filter((folded) => isSingle(folded) && /[\p{L}\p{N}\p{M}]/u.test(folded)).sort();
  const target = [...group].find((folded) => /^[a-z0-9]+$/.test(folded)) ?? singles[0];
  if (!target) continue;
  if (isSingle(target)) representatives.push(target);
  for (const letter of singles) if (letter !== target) foldings.set(letter, target);
}

for (const [script, length] of Object.entries(EXPANDING)) {
  const isOfScript = new RegExp(`^[\\p{L}&&\\p{sc=${script}}]$`, 'v');
  const own = representatives.filter((letter) => isOfScript.test(letter));
  const parts = script === 'Latin' ? [...'abcdefghijklmnopqrstuvwxyz'] : own;
  const sequences = [];
  for (let texts = parts, count = 2; count <= length; count++) {
    texts = texts.flatMap((text) => parts.map((part) => text + part));
    sequences.push(...texts);
  }
  sequences.sort(collator.compare);
  for (const letter of own) {
    const sequence = findEqual(sequences, letter);
    if (!sequence) continue;
    for (const [other, target] of foldings) if (target === letter) foldings.set(other, sequence);
    foldings.set(letter, sequence);
  }
}

function findEqual(sorted, text) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (collator.compare(sorted[middle], text) < 0) low = middle + 1;
    else high = middle;
  }
  return low < sorted.length && isEqual(sorted[low], text) ? sorted[low] : undefined;
}

const toHex = (text) => [...text].map((part) => part.codePointAt(0).toString(16)).join('+');
const wrap = (entries) => {
  const lines = [''];
  for (const entry of entries) {
    if (lines.at(-1).length + entry.length > LINE_LENGTH) lines.push('');
    lines.push(`${lines.pop()} ${entry}`);
  }
  return lines.map((line) => `  '${line.trim()}',`).join('\n');
};

const ranges = [];
for (const code of [...ignorable]
  .map((character) => character.codePointAt(0))
  .sort((one, other) => one - other)) {
  if (ranges.at(-1)?.[1] === code - 1) ranges.at(-1)[1] = code;
  else ranges.push([code, code]);
}
const rangeTexts = ranges.map((range) => [...new Set(range)].map((code) => code.toString(16)).join('-'));
const pairs = [...foldings].map(([letter, target]) => `${toHex(letter)}=${toHex(target)}`);
writeFileSync(
  FILE,
  `// Written by tools/generate-folding-table.mjs. Code points are hexadecimal.

/** Ranges of characters that do not distinguish words: accents, points and vowel signs of Arabic and Hebrew, tone marks. */
export const IGNORABLE_RANGES = [
${wrap(rangeTexts)}
];

/** Letters that normalization and the removal of ignorable characters would turn into other letters. */
export const INDIVISIBLE_LETTERS = [
${wrap(indivisible.map(toHex))}
];

/** Letters that normalization keeps apart from the equal letters behind the equals sign. */
export const EQUAL_LETTERS = [
${wrap(pairs)}
];
`,
);
