import { deniedWords, firstPerson } from './denied-words.mjs';
import { extractPassages } from './extract.mjs';
import { files, identifiers, names, wireNames, words } from './replaced-terms.mjs';

/** Words of one sentence. */
export const MAX_SENTENCE = 40;

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const alternatives = (map) =>
  Object.keys(map)
    .sort((a, b) => b.length - a.length)
    .map(escape)
    .join('|');

const everywhere = { ...identifiers, ...names };
const NAMES = new RegExp(`(?<![\\w$-])(?:${alternatives(everywhere)})(?![\\w$])`, 'g');
const texts = { ...wireNames, ...files };
const TEXTS = new RegExp(`(?<![\\w.$-])(?:${alternatives(texts)})(?![\\w$-])`, 'g');
const phrases = [...deniedWords, ...words].map((word) => ({
  ...word,
  pattern: new RegExp(`(?<![\\w-])(?:${word.pattern.replaceAll(' ', '\\s+')})(?![\\w-])`, 'gi'),
}));

/**
 * Violations of the prose rules in one file.
 * @returns {{ line: number, word: string, message: string }[]}
 */
export function checkProse(path, text) {
  const passages = extractPassages(path, text);
  if (!passages) return [];
  const findings = [];
  const lines = text.split('\n');
  lines.forEach((row, index) => {
    for (const [word] of row.matchAll(NAMES))
      findings.push({ line: index + 1, word, message: `use ${everywhere[word]}` });
  });
  for (const passage of passages) findings.push(...checkPassage(path, passage));
  return findings.sort((a, b) => a.line - b.line);
}

function checkPassage(path, { kind, parts }) {
  const findings = [];
  const { text, lineOf } = join(parts);
  const add = (index, word, message) => findings.push({ line: lineOf(index), word, message });
  for (const { index, 0: word } of text.matchAll(TEXTS)) add(index, word, `use ${texts[word]}`);
  if (kind === 'code') return findings;

  const prose = text.replace(/(`+)[^]*?\1/g, (span) => '`' + '_'.repeat(Math.max(0, span.length - 2)) + '`');
  for (const { pattern, use, except } of phrases) {
    if (except?.test(path)) continue;
    for (const { index, 0: word } of prose.matchAll(pattern)) add(index, word, `use ${use}`);
  }
  for (const { index, 0: word } of prose.matchAll(firstPerson)) add(index, word, 'no first person');
  for (const { index, length, start } of sentences(prose))
    if (length > MAX_SENTENCE) add(index, start, `sentence of ${length} words, at most ${MAX_SENTENCE}`);
  return findings;
}

function join(parts) {
  const starts = [];
  let text = '';
  for (const part of parts) {
    starts.push(text.length);
    text += part.text.trimEnd() + ' ';
  }
  const lineOf = (index) => {
    let at = starts.length - 1;
    while (at > 0 && starts[at] > index) at--;
    const inside = parts[at].text.slice(0, index - starts[at]).split('\n').length - 1;
    return parts[at].line + inside;
  };
  return { text, lineOf };
}

/** Sentences of a text: they end at `.`, `!`, `?`, `:` or `;` before white space. */
function* sentences(text) {
  for (const match of text.matchAll(/[^]+?(?:[.!?:;]["')\]*_]*(?=\s)|$)/g)) {
    const tokens = match[0].split(/\s+/).filter((token) => /[\p{L}\p{N}`]/u.test(token));
    yield {
      index: match.index + match[0].search(/\S|$/),
      length: tokens.length,
      start: tokens.slice(0, 3).join(' '),
    };
  }
}
