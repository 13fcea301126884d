// Structure check: node tools/ladder/check-structure.mjs
// Prints one line for each file, folder, class, constructor or method name that breaks a rule of ARCHITECTURE.md.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

const MAX_LINES = 300;
const MIN_LINES = 15;
const MIN_FOLDER_ENTRIES = 4;
const MAX_DEPENDENCIES = 6;
const MAX_CLASSES_OF_A_METHOD = 3;
const MIN_COMMENT_WORDS = 3;

/** Files that may be shorter than MIN_LINES: the roles that every module has, and generated files. */
const SHORT_FILES = /\.(module|guard|contract|errors|entity)\.ts$|^src\/database\/release\.ts$/;
/** Folders that may hold fewer than MIN_FOLDER_ENTRIES files and folders. `paging` belongs to all modules that list. */
const SMALL_FOLDERS = /^(src|src\/modules|src\/kernel\/paging|.*\/(dto|entities|migrations))$/;
/** Methods of Nest, TypeORM, DTOs and the sources of a sync, which every class of a kind has. */
const COMMON_METHODS =
  /^(from|constructor|listAccountChanges|listItemChanges|toString|onModuleInit|onModuleDestroy|onApplicationBootstrap|onApplicationShutdown|beforeApplicationShutdown|canActivate|intercept|catch|transform|use|with|up|down)$/;

/** Folders of test/e2e that stand for no module of src/modules. */
const E2E_FOLDERS_BESIDE_MODULES = ['auth', 'realtime', 'server'];

const problems = [];
const classesOfMethod = new Map();

function checkFolder(folder) {
  const name = relative(root, folder);
  const entries = readdirSync(folder, { withFileTypes: true });
  const { length } = entries.filter((entry) => !entry.name.endsWith('.spec.ts'));
  if (length < MIN_FOLDER_ENTRIES && !SMALL_FOLDERS.test(name))
    problems.push(`${name}: ${length} files and folders without specs, at least ${MIN_FOLDER_ENTRIES}`);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) checkFolder(path);
    else if (path.endsWith('.ts')) checkFile(path);
  }
}

function checkFile(path) {
  const name = relative(root, path);
  const text = readFileSync(path, 'utf8');
  const lines = text.split('\n').length - 1;
  if (lines > MAX_LINES && !name.includes('/migrations/'))
    problems.push(`${name}: ${lines} lines, at most ${MAX_LINES}`);
  if (lines < MIN_LINES && !SHORT_FILES.test(name))
    problems.push(`${name}: ${lines} lines, at least ${MIN_LINES}`);
  if (name.endsWith('.spec.ts')) return;
  ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true).forEachChild((node) => {
    if (ts.isClassDeclaration(node)) checkClass(name, node);
  });
}

/** Every exported class has a doc comment. TypeORM generates the migrations, without comments. */
function checkClassComments(path) {
  const name = relative(root, path);
  const text = readFileSync(path, 'utf8');
  ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true).forEachChild((node) => {
    if (!ts.isClassDeclaration(node) || !isExported(node)) return;
    const comment = ts
      .getJSDocCommentsAndTags(node)
      .map((tag) => ts.getTextOfJSDocComment(tag.comment) ?? '');
    const { length } = comment.join(' ').split(/\s+/).filter(Boolean);
    if (length < MIN_COMMENT_WORDS)
      problems.push(
        `${name}: doc comment of ${node.name?.text} with ${length} words, at least ${MIN_COMMENT_WORDS}`,
      );
  });
}

function isExported(node) {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function listSources(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\/(node_modules|dist|migrations)\//.test(path));
}

function checkClass(file, node) {
  for (const member of node.members) {
    if (ts.isConstructorDeclaration(member) && member.parameters.length > MAX_DEPENDENCIES)
      problems.push(
        `${file}: constructor of ${node.name.text} with ${member.parameters.length} parameters, at most ${MAX_DEPENDENCIES}`,
      );
    if (!ts.isMethodDeclaration(member) || !ts.isIdentifier(member.name)) continue;
    const method = member.name.text;
    if (COMMON_METHODS.test(method)) continue;
    classesOfMethod.set(method, (classesOfMethod.get(method) ?? new Set()).add(node.name?.text));
  }
}

/** Each folder of test/e2e is named after a module. */
function checkEndToEndFolders() {
  const modules = [...readdirSync(join(root, 'src/modules')), ...E2E_FOLDERS_BESIDE_MODULES];
  for (const folder of readdirSync(join(root, 'test/e2e')))
    if (!modules.includes(folder)) problems.push(`test/e2e/${folder}: not a module of src/modules`);
}

checkFolder(join(root, 'src'));
checkEndToEndFolders();
for (const folder of ['src', 'packages'])
  for (const path of listSources(join(root, folder))) checkClassComments(path);
for (const [method, classes] of classesOfMethod)
  if (classes.size > MAX_CLASSES_OF_A_METHOD)
    problems.push(
      `method ${method}: in ${classes.size} classes, at most ${MAX_CLASSES_OF_A_METHOD} (${[...classes].join(', ')})`,
    );

for (const problem of problems) console.log(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
