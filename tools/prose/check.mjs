// Prose check: node tools/prose/check.mjs [--summary] [path...]
// Prints `file:line: "word": what to use` for each violation, and exits with 1 when there is one.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkProse } from './rules.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SKIPPED = /^(node_modules|dist|coverage|\.git|\.data|pnpm-lock\.yaml)$/;
// The lists of denied words, the check's own test, the table of renames in the changelog, and generated files.
const EXEMPT = /^tools\/prose\/|^CHANGELOG\.md$|\/generated\/|^test\/(contract\/)?prose\.spec\.ts$/;

const args = process.argv.slice(2);
const summary = args.includes('--summary');
const paths = args.filter((arg) => !arg.startsWith('--'));

function* filesIn(path) {
  if (!statSync(path).isDirectory()) return yield path;
  for (const name of readdirSync(path).sort()) if (!SKIPPED.test(name)) yield* filesIn(join(path, name));
}

let count = 0;
const perFile = new Map();
for (const path of (paths.length ? paths.map((path) => resolve(path)) : [root]).flatMap((path) => [
  ...filesIn(path),
])) {
  const name = relative(root, path);
  if (EXEMPT.test(name)) continue;
  for (const { line, word, message } of checkProse(name, readFileSync(path, 'utf8'))) {
    count++;
    perFile.set(name, (perFile.get(name) ?? 0) + 1);
    if (!summary) console.log(`${name}:${line}: "${word}": ${message}`);
  }
}
if (summary) for (const [name, findings] of perFile) console.log(`${findings}\t${name}`);
if (count > 0) {
  console.error(`${count} violations of the prose rules in ${perFile.size} files.`);
  process.exitCode = 1;
}
