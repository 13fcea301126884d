import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Binaries, findBinaries, spawnOptions } from './binaries.js';
import { readOrCreatePassword } from './password-file.js';
import { processExists } from './pid-file.js';
import { canReach, chownRecursively, postgresUser, sharedDirectory, type SystemUser } from './system-user.js';

const LOCALE = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

/** Database cluster (PostgreSQL): the directory of one server process. */
export interface Cluster {
  /** Path without symbolic links. */
  path: string;
  logFile: string;
  password: string;
  binaries: Binaries;
  user?: SystemUser;
}

/** Cluster of a data directory, created at the first start. */
export async function openCluster(dataDir: string, fsync: boolean): Promise<Cluster> {
  mkdirSync(dataDir, { recursive: true });
  const home = realpathSync(dataDir);
  const entry = join(home, 'postgres');
  const user = postgresUser(entry);
  const password = readOrCreatePassword(join(home, 'postgres.password'));
  const path = clusterPath(entry, user);
  const cluster = { path, logFile: join(home, 'postgres.log'), password, binaries: findBinaries(user), user };
  if (!isCluster(path)) await initialize(cluster, fsync);
  return cluster;
}

/** Directory inside the data directory, or the target of a symbolic link when the user cannot reach the data directory. */
function clusterPath(entry: string, user?: SystemUser): string {
  if (lstatSync(entry, { throwIfNoEntry: false })) {
    if (!existsSync(entry))
      throw new Error(`${entry} is a broken symbolic link. Remove it to start with an empty database.`);
    const path = realpathSync(entry);
    if (!user) return path;
    if (!isCluster(path) && readdirSync(path).length > 0)
      throw new Error(`${path} is not a PostgreSQL cluster.`);
    if (statSync(path).uid !== user.uid) chownRecursively(user, path);
    if (!canReach(user, path))
      throw new Error(`PostgreSQL runs as uid ${user.uid}, which cannot reach ${path}.`);
    return path;
  }
  if (!user || canReach(user, dirname(entry))) return entry;

  const name = `data-${createHash('sha256').update(dirname(entry)).digest('hex').slice(0, 12)}`;
  const path = join(sharedDirectory(user), name);
  // A cluster without a link belongs to a deleted data directory of the same path; its password is lost.
  if (isCluster(path)) renameSync(path, `${path}.orphan-${Date.now()}`);
  mkdirSync(path, { recursive: true });
  try {
    symlinkSync(path, entry);
  } catch (error) {
    if (!existsSync(entry)) throw error; // another process created it
  }
  return path;
}

const isCluster = (path: string): boolean => existsSync(join(path, 'PG_VERSION'));

/** Runs initdb in a draft directory and renames it, so that an incomplete cluster never has the final name. */
async function initialize({ path, binaries, user, password }: Cluster, fsync: boolean): Promise<void> {
  removeAbandonedDrafts(path);
  const draft = `${path}.init-${process.pid}`;
  const passwordFile = join(draft, 'password');
  mkdirSync(draft, { mode: 0o700 });
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (user) for (const owned of [draft, passwordFile]) chownSync(owned, user.uid, user.gid);

    const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    const target = [`--pgdata=${join(draft, 'data')}`, '--no-instructions', ...(fsync ? [] : ['--no-sync'])];
    await promisify(execFile)(
      binaries.initdb,
      [...LOCALE, ...access, ...target],
      spawnOptions(binaries, user),
    );
    renameSync(join(draft, 'data'), path);
  } catch (error) {
    if (isCluster(path)) return; // another process created it
    const { message, stderr } = error as Error & { stderr?: string };
    throw new Error(`Cannot create a PostgreSQL cluster in ${path}: ${stderr?.trim() || message}`, {
      cause: error,
    });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Removes drafts of killed processes; a draft of a running process stays. */
function removeAbandonedDrafts(path: string): void {
  const prefix = `${basename(path)}.init-`;
  for (const name of readdirSync(dirname(path)).filter((entry) => entry.startsWith(prefix))) {
    const pid = Number(name.slice(prefix.length));
    if (pid !== process.pid && processExists(pid)) continue;
    // An initdb whose parent was killed may still write for a moment: hence the retries.
    rmSync(join(dirname(path), name), { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  }
}
