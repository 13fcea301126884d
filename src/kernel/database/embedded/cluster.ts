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
import { persistedSecret } from '../../config/persisted-secret.js';
import { type Binaries, findBinaries, spawnOptions } from './binaries.js';
import { exists } from './pid-file.js';
import { canReach, giveTo, postgresUser, sharedDirectory, type SystemUser } from './system-user.js';

const LOCALE = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

/** A cluster is PostgreSQL's word for the directory one server works on. */
export interface Cluster {
  /** Without symbolic links. */
  path: string;
  logFile: string;
  password: string;
  binaries: Binaries;
  user?: SystemUser;
}

/** The cluster of a data directory, made at the first start. */
export async function openCluster(dataDir: string, fsync: boolean): Promise<Cluster> {
  mkdirSync(dataDir, { recursive: true });
  const home = realpathSync(dataDir);
  const entry = join(home, 'postgres');
  const user = postgresUser(entry);
  const password = persistedSecret(join(home, 'postgres.password'));
  const path = clusterPath(entry, user);
  const cluster = { path, logFile: join(home, 'postgres.log'), password, binaries: findBinaries(user), user };
  if (!isCluster(path)) await initialize(cluster, fsync);
  return cluster;
}

/** In the data directory, or, where the user cannot reach that, behind a link which leads to where it can. */
function clusterPath(entry: string, user?: SystemUser): string {
  if (lstatSync(entry, { throwIfNoEntry: false })) {
    if (!existsSync(entry))
      throw new Error(`${entry} leads nowhere: its data is gone. Remove the link to start empty.`);
    const path = realpathSync(entry);
    if (!user) return path;
    if (!isCluster(path) && readdirSync(path).length > 0)
      throw new Error(`${path} is no PostgreSQL cluster.`);
    if (statSync(path).uid !== user.uid) giveTo(user, path);
    if (!canReach(user, path))
      throw new Error(`PostgreSQL runs as uid ${user.uid}, which cannot reach ${path}.`);
    return path;
  }
  if (!user || canReach(user, dirname(entry))) return entry;

  const name = `data-${createHash('sha256').update(dirname(entry)).digest('hex').slice(0, 12)}`;
  const path = join(sharedDirectory(user), name);
  // No link leads to it any more: it belongs to an earlier data directory of this name, and so does its password.
  if (isCluster(path)) renameSync(path, `${path}.orphan-${Date.now()}`);
  mkdirSync(path, { recursive: true });
  try {
    symlinkSync(path, entry);
  } catch (error) {
    if (!existsSync(entry)) throw error; // else another process was first
  }
  return path;
}

const isCluster = (path: string): boolean => existsSync(join(path, 'PG_VERSION'));

/** initdb works in a draft beside the cluster, so that a half made one never bears its name. */
async function initialize({ path, binaries, user, password }: Cluster, fsync: boolean): Promise<void> {
  removeAbandonedDrafts(path);
  const draft = `${path}.init-${process.pid}`;
  const passwordFile = join(draft, 'password');
  mkdirSync(draft, { mode: 0o700 });
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (user) for (const mine of [draft, passwordFile]) chownSync(mine, user.uid, user.gid);

    const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    const target = [`--pgdata=${join(draft, 'data')}`, '--no-instructions', ...(fsync ? [] : ['--no-sync'])];
    await promisify(execFile)(
      binaries.initdb,
      [...LOCALE, ...access, ...target],
      spawnOptions(binaries, user),
    );
    renameSync(join(draft, 'data'), path);
  } catch (error) {
    if (isCluster(path)) return; // another process was first
    const { message, stderr } = error as Error & { stderr?: string };
    throw new Error(`Cannot make a PostgreSQL cluster in ${path}: ${stderr?.trim() || message}`, {
      cause: error,
    });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** What a killed initdb left; that of a living process is its own. */
function removeAbandonedDrafts(path: string): void {
  const prefix = `${basename(path)}.init-`;
  for (const name of readdirSync(dirname(path)).filter((entry) => entry.startsWith(prefix))) {
    const pid = Number(name.slice(prefix.length));
    if (pid !== process.pid && exists(pid)) continue;
    // An initdb may outlive its killed server for a moment and still write there: hence the retries.
    rmSync(join(dirname(path), name), { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  }
}
