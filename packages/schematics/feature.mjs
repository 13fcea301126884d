import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nextRelease } from '../../tools/schema-release.mjs';
import { addImport, addItems } from './lists.mjs';
import { registrations } from './registrations.mjs';
import { fill, nameForms } from './words.mjs';

const TEMPLATES = fileURLToPath(new URL('files', import.meta.url));
/** In the templates' migration. */
const SOME_TIME = '1000000000000';

/** `nest g feature tasks`: the files of a feature, and its place in every list that must know of it. */
export function feature({ name = '' }) {
  return async (tree, { logger }) => {
    const words = nameForms(name);
    const time = String(timeAfter(tree));
    const fit = (template) => fill(template, words).replaceAll(SOME_TIME, time);
    const home = fit('src/modules/samples-kebab');
    if (tree.getDir(home).subfiles.length > 0) throw new Error(`${home} is there already.`);

    const made = templates().map((template) => [fit(pathIn(template)), fit(readFileSync(template, 'utf8'))]);
    const missed = register(tree, fit);
    for (const [path, text] of made) tree.create(path, await formatted(path, text));
    for (const path of new Set(registrations.map(({ file }) => file)))
      if (tree.exists(path)) tree.overwrite(path, await formatted(path, tree.readText(path)));

    raiseRelease(tree);

    logger.info(
      `Try it: npx jest ${fit('test/e2e/samples-kebab/samples-kebab.spec.ts')}   Then make it yours, contract first.`,
    );
    for (const line of missed) logger.warn(`Add this yourself, there is no such list any more: ${line}`);
  };
}

/** Adds the feature to every list, and gives back what found none. */
function register(tree, fit) {
  return registrations.flatMap(({ file, statement, place, items }) => {
    const filled = items.map(fit);
    const text = tree.exists(file) ? addItems(tree.readText(file), place, filled) : undefined;
    if (text === undefined) return `${file}: ${filled.join(', ')}`;
    tree.overwrite(file, statement ? addImport(text, fit(statement)) : text);
    return [];
  });
}

/** The migration is a new release of the schema. */
function raiseRelease(tree) {
  const next = nextRelease(
    (folder) => tree.getDir(folder).subfiles,
    (file) => tree.readText(file),
  );
  for (const [file, text] of Object.entries(next)) tree.overwrite(file, text);
}

/** Migrations run in the order of their times: now, or after the last one that there is. */
function timeAfter(tree) {
  const times = tree.getDir('src/database/migrations').subfiles.map((file) => Number.parseInt(file, 10));
  return Math.max(Date.now(), ...times.map((time) => time + 1));
}

function templates() {
  return readdirSync(TEMPLATES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

function pathIn(template) {
  return relative(TEMPLATES, template)
    .replaceAll('\\', '/')
    .replace(/\.template$/, '');
}

/** The length of a name decides where lines break. */
async function formatted(path, text) {
  const { format, resolveConfig } = await import('prettier');
  return format(text, { ...(await resolveConfig(join(process.cwd(), path))), filepath: path });
}
