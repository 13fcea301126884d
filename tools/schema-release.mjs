// `pnpm schema:release` after a change of migrations or routines: raises the release and records the checksums.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const RELEASE_FILE = 'src/database/release.ts';
export const CHECKSUMS_FILE = 'src/database/checksums.json';

/**
 * The next text of both files, or undefined if neither a migration nor a routine has changed. `list` names the files of a
 * folder, `read` gives the text of a file; both take paths from the root of the project.
 */
export function nextRelease(list, read) {
  const recorded = JSON.parse(read(CHECKSUMS_FILE));
  const current = checksums(list, read);
  if (JSON.stringify(current) === JSON.stringify({ ...recorded, release: undefined })) return undefined;
  const release = recorded.release + 1;
  return {
    [RELEASE_FILE]: read(RELEASE_FILE).replace(/RELEASE = \d+/, `RELEASE = ${release}`),
    [CHECKSUMS_FILE]: `${JSON.stringify({ release, ...current }, null, 2)}\n`,
  };
}

/** Names of the migrations, which never change once released, and SHA-256 of each routine. */
function checksums(list, read) {
  const routines = ['functions', 'triggers'].flatMap((folder) =>
    list(`src/database/${folder}`).map((file) => [
      file.replace('.sql', ''),
      createHash('sha256')
        .update(read(`src/database/${folder}/${file}`))
        .digest('hex'),
    ]),
  );
  return {
    migrations: list('src/database/migrations')
      .filter((file) => file.endsWith('.ts'))
      .map((file) => file.replace('.ts', ''))
      .sort(),
    routines: Object.fromEntries(routines.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function main() {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const next = nextRelease(
    (folder) => readdirSync(join(root, folder)),
    (file) => readFileSync(join(root, file), 'utf8'),
  );
  for (const [file, text] of Object.entries(next ?? {})) writeFileSync(join(root, file), text);
  process.stdout.write(next ? `Raised the release in ${RELEASE_FILE}.\n` : 'Nothing has changed.\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
