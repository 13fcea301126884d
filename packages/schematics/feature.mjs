import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nextRelease } from '../../tools/schema-release.mjs';
import { addImport, addItems, addMembers } from './lists.mjs';
import { registrations } from './registrations.mjs';
import { fill, nameForms } from './words.mjs';

const TEMPLATES = fileURLToPath(new URL('files', import.meta.url));
/** Placeholder of the timestamp in the migration template. */
const TIMESTAMP = '1000000000000';

/** `nest g feature tasks`: creates the files of a feature and enters it in every list that names all features. */
export function feature({ name = '' }) {
  return async (tree, { logger }) => {
    const forms = nameForms(name);
    const timestamp = String(nextTimestamp(tree));
    const fillIn = (template) => fill(template, forms).replaceAll(TIMESTAMP, timestamp);
    const directory = fillIn('src/modules/samples-kebab');
    if (tree.getDir(directory).subfiles.length > 0) throw new Error(`${directory} already exists.`);

    const created = templates().map((template) => [
      fillIn(pathOf(template)),
      fillIn(readFileSync(template, 'utf8')),
    ]);
    const missing = register(tree, fillIn);
    for (const [path, text] of created) tree.create(path, await formatted(path, text));
    for (const path of new Set(registrations.map(({ file }) => file)))
      if (tree.exists(path)) tree.overwrite(path, await formatted(path, tree.readText(path)));
    raiseRelease(tree);

    const spec = fillIn('test/e2e/samples-kebab/samples-kebab.spec.ts');
    logger.info(`Next: npx -y pnpm@10 generate:client && npx jest ${spec}`);
    for (const line of missing) logger.warn(`List not found, add by hand: ${line}`);
  };
}

/** Adds the feature to every list; returns the items whose list is missing. */
function register(tree, fillIn) {
  return registrations.flatMap(({ file, statement, place, items }) => {
    const filled = items.map(fillIn);
    const add = place.class ? addMembers : addItems;
    const text = tree.exists(file) ? add(tree.readText(file), place, filled) : undefined;
    if (text === undefined) return `${file}: ${filled.join(', ')}`;
    tree.overwrite(file, statement ? addImport(text, fillIn(statement)) : text);
    return [];
  });
}

/** Raises the release of the schema for the new migration. */
function raiseRelease(tree) {
  const next = nextRelease(
    (folder) => tree.getDir(folder).subfiles,
    (file) => tree.readText(file),
  );
  for (const [file, text] of Object.entries(next)) tree.overwrite(file, text);
}

/** Current time, or one millisecond after the newest migration: migrations run in the order of their timestamps. */
function nextTimestamp(tree) {
  const timestamps = tree.getDir('src/database/migrations').subfiles.map((file) => Number.parseInt(file, 10));
  return Math.max(Date.now(), ...timestamps.map((timestamp) => timestamp + 1));
}

function templates() {
  return readdirSync(TEMPLATES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

function pathOf(template) {
  return relative(TEMPLATES, template)
    .replaceAll('\\', '/')
    .replace(/\.template$/, '');
}

/** Formatted text: the length of the feature name decides where lines break. */
async function formatted(path, text) {
  const { format, resolveConfig } = await import('prettier');
  return format(text, { ...(await resolveConfig(join(process.cwd(), path))), filepath: path });
}
