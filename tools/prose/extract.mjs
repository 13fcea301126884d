import { createRequire } from 'node:module';

// The compiler is CommonJS: require() loads it in half the time of an import.
const ts = createRequire(import.meta.url)('typescript');

/**
 * A passage of prose: parts of text with the line each starts on. `kind` is `comment`, `string` or `text`. A part that
 * `code` marks is a code span or code: names are checked in it, words are not.
 * @typedef {{ kind: string, parts: { line: number, text: string }[] }} Passage
 */

/** Passages of a file, by the ending of its name; undefined for a file without prose. */
export function extractPassages(path, text) {
  if (/\.(ts|mts|js|mjs)(\.template)?$/.test(path)) return script(path, text);
  if (/\.md(\.template)?$/.test(path)) return markdown(text);
  if (/\.sql$/.test(path)) return sqlComments(text);
  if (/\.env\.example$/.test(path)) return hashComments(text, /^##/);
  if (/\.(ya?ml|sh)$|(^|\/)(Dockerfile|run|\.editorconfig)$/.test(path))
    return hashComments(text, /^\s*#(?!!)/);
  if (/\.html$/.test(path)) return html(text);
  return undefined;
}

/** Comments and string literals of TypeScript and JavaScript. */
function script(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const lineOf = lines(text);
  const passages = [];
  const masked = [...text];
  const mask = (from, to) => {
    for (let i = from; i < to; i++) if (masked[i] !== '\n') masked[i] = ' ';
  };
  const visit = (node) => {
    if (ts.isStringLiteralLike(node)) {
      mask(node.getStart(source), node.end);
      if (isProse(node)) addString(passages, node.text, lineOf(node.getStart(source)));
      return;
    }
    if (ts.isTemplateExpression(node)) {
      const pieces = [node.head, ...node.templateSpans.map((span) => span.literal)];
      for (const piece of pieces) mask(piece.getStart(source), piece.end);
      if (isProse(node))
        addString(passages, pieces.map((piece) => piece.text).join('`…`'), lineOf(node.getStart(source)));
      node.templateSpans.forEach((span) => visit(span.expression));
      return;
    }
    if (ts.isRegularExpressionLiteral(node)) return mask(node.getStart(source), node.end);
    ts.forEachChild(node, visit);
  };
  visit(source);
  passages.push(...comments(masked.join(''), text, lineOf));
  return passages;
}

/** Paths whose strings are sample data: inputs of tests. */
const SAMPLE_DATA = /(^|\/)(test|bench)\//;
const TITLED = new Set(['describe', 'it', 'test', 'bothTransports', 'each']);

/** A literal that a reader sees: not a module path, an example value or sample data of a test. */
function isProse(node) {
  let child = node;
  let { parent } = node;
  while (
    ts.isBinaryExpression(parent) ||
    ts.isParenthesizedExpression(parent) ||
    ts.isConditionalExpression(parent)
  ) {
    child = parent;
    parent = parent.parent;
  }
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent)) return false;
  if (ts.isPropertyAssignment(parent) && /^(example|examples|pattern)$/.test(parent.name.text ?? ''))
    return false;
  if (!SAMPLE_DATA.test(node.getSourceFile().fileName)) return true;
  if (ts.isCallExpression(parent) && parent.arguments[0] === child)
    return TITLED.has(nameOf(parent.expression));
  return isRowTitle(child, parent);
}

/** First text of a row of a table of cases, or a key of a record of cases: both become titles of tests. */
function isRowTitle(node, parent) {
  if (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent)) return parent.name === node;
  const isFirst = ts.isArrayLiteralExpression(parent) && parent.elements[0] === node;
  return isFirst && ts.isArrayLiteralExpression(parent.parent);
}

function nameOf(expression) {
  if (ts.isIdentifier(expression)) return expression.text;
  if (ts.isPropertyAccessExpression(expression)) return nameOf(expression.expression);
  return ts.isCallExpression(expression) ? nameOf(expression.expression) : '';
}

const SQL =
  /\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|GRANT|FROM|WHERE|JOIN|VALUES|ORDER BY|LIMIT|SET|AND|CASE|EXISTS)\b/;

function addString(passages, text, line) {
  if (SQL.test(text)) {
    for (const passage of sqlComments(text)) {
      for (const part of passage.parts) part.line += line - 1;
      passages.push(passage);
    }
    passages.push({ kind: 'code', parts: [{ line, text }] });
  } else if (/[<]\/?[a-z][^>]*>/.test(text)) {
    for (const passage of html(text)) {
      for (const part of passage.parts) part.line += line - 1;
      passages.push(passage);
    }
  } else if (/\p{L}{2,}[^\p{L}]*\s[^\p{L}]*\p{L}+/u.test(text)) {
    // A text of several lines, such as the introduction of a generated document, is Markdown.
    for (const passage of text.includes('\n') ? markdown(text) : [{ parts: [{ line: 1, text }] }])
      passages.push({
        kind: 'string',
        parts: passage.parts.map((part) => ({ ...part, line: part.line + line - 1 })),
      });
  } else passages.push({ kind: 'code', parts: [{ line, text }] });
}

/** Block comments, and runs of line comments on adjacent lines. `masked` is the text without its literals. */
function comments(masked, text, lineOf) {
  const passages = [];
  let run;
  for (const match of masked.matchAll(/\/\*[^]*?\*\/|\/\/[^\n]*/g)) {
    const comment = text.slice(match.index, match.index + match[0].length);
    const line = lineOf(match.index);
    if (comment.startsWith('//')) {
      const part = { line, text: comment.replace(/^\/\/+/, '') };
      if (run && run.parts.at(-1).line === line - 1) run.parts.push(part);
      else passages.push((run = { kind: 'comment', parts: [part] }));
      continue;
    }
    run = undefined;
    const body = comment
      .slice(2, -2)
      .split('\n')
      .map((row) => row.replace(/^\s*\*+ ?/, ''));
    passages.push(...paragraphs(body, line, 'comment'));
  }
  return passages;
}

function sqlComments(text) {
  const passages = [];
  let run;
  const lineOf = lines(text);
  for (const match of text.matchAll(/\/\*[^]*?\*\/|--[^\n]*/g)) {
    const line = lineOf(match.index);
    if (match[0].startsWith('--')) {
      const part = { line, text: match[0].replace(/^--+/, '') };
      if (run && run.parts.at(-1).line === line - 1 && part.text.trim()) run.parts.push(part);
      else passages.push((run = { kind: 'comment', parts: [part] }));
    } else passages.push(...paragraphs(match[0].slice(2, -2).split('\n'), line, 'comment'));
  }
  return passages;
}

function hashComments(text, start) {
  const passages = [];
  let run;
  text.split('\n').forEach((row, index) => {
    const line = index + 1;
    if (!start.test(row)) return;
    const part = { line, text: row.replace(/^\s*#+/, '') };
    if (run && run.parts.at(-1).line === line - 1) run.parts.push(part);
    else passages.push((run = { kind: 'comment', parts: [part] }));
  });
  return passages;
}

/** Paragraphs, list items, table cells and headings. Fenced code becomes passages of kind `code`. */
function markdown(text) {
  const passages = [];
  let run;
  let fenced = false;
  text.split('\n').forEach((row, index) => {
    const line = index + 1;
    if (/^\s*(```|~~~)/.test(row)) {
      fenced = !fenced;
      run = undefined;
    } else if (fenced) passages.push({ kind: 'code', parts: [{ line, text: row }] });
    else if (/^\s*$/.test(row)) run = undefined;
    else if (/^\s*\|/.test(row)) {
      run = undefined;
      for (const cell of row.split(/(?<!\\)\|/))
        passages.push({ kind: 'text', parts: [{ line, text: cell }] });
    } else {
      const part = { line, text: row.replace(/^\s*(#+|[-*+]|\d+\.|>) /, '') };
      const starts = /^\s*(#+|[-*+]|\d+\.) /.test(row);
      if (run && !starts) run.parts.push(part);
      else passages.push((run = { kind: 'text', parts: [part] }));
      if (/^#+ /.test(row)) run = undefined;
    }
  });
  return passages;
}

/** Text between the tags of a page; contents of script, style and code elements are code. */
function html(text) {
  const blank = (match) => match.replace(/[^\n]/g, ' ');
  const bare = text
    .replace(/<(script|style)\b[^]*?<\/\1>/g, blank)
    .replace(/<code>([^<]*)<\/code>/g, '`$1`')
    .replace(/<!--|-->/g, '')
    .replace(/<\/?(?:b|i|em|strong|a|span)\b[^>]*>/g, '')
    .replace(/<[^>]+>/g, (tag) => '\n'.repeat(tag.split('\n').length - 1) + '\uFFFC');
  const lineOf = lines(bare);
  const passages = [];
  for (const match of bare.matchAll(/[^\uFFFC]+/g))
    if (match[0].trim())
      passages.push({ kind: 'text', parts: [{ line: lineOf(match.index), text: match[0] }] });
  return passages;
}

function paragraphs(rows, first, kind) {
  const passages = [];
  let run;
  let fenced = false;
  rows.forEach((row, index) => {
    const part = { line: first + index, text: row.replace(/^\s*[-*] /, '') };
    if (/^\s*```/.test(row)) fenced = !fenced;
    else if (fenced) passages.push({ kind: 'code', parts: [part] });
    else if (!row.trim()) run = undefined;
    else if (run && !/^\s*(?:[-*] |@\w)/.test(row)) run.parts.push(part);
    else passages.push((run = { kind, parts: [part] }));
  });
  return passages;
}

/** Function from an offset to its line, from 1. */
function lines(text) {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}
