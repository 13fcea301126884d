import {
  chmodSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** OS user of the PostgreSQL process when the server runs as root, which PostgreSQL rejects. */
export interface SystemUser {
  uid: number;
  gid: number;
}

/** OS user for PostgreSQL; undefined unless the server runs as root. An existing cluster keeps its owner. */
export function postgresUser(cluster: string): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };

  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const account = ['postgres', 'nobody'].flatMap((name) =>
    accounts.filter((fields) => fields[0] === name),
  )[0];
  if (!account)
    throw new Error('PostgreSQL must not run as root: add an OS user "postgres", or set DATABASE_URL.');
  return { uid: Number(account[2]), gid: Number(account[3]) };
}

/** Whether the user may enter a directory and all of its parents. */
export function canReach(user: SystemUser, directory: string): boolean {
  for (let path = realpathSync(directory); ; path = dirname(path)) {
    if (!isAllowed(user, path, 1)) return false;
    if (path === dirname(path)) return true;
  }
}

/** Whether the user has the permissions `need`: a sum of read (4), write (2) and enter or execute (1), as in chmod. */
export function isAllowed(user: SystemUser, path: string, need: number): boolean {
  const { uid, gid, mode } = statSync(path);
  const granted = uid === user.uid ? mode >> 6 : gid === user.gid ? mode >> 3 : mode;
  return (granted & need) === need;
}

/** Directory of root that every user can enter, for files that other users must reach. */
export function sharedDirectory(user: SystemUser): string {
  for (const parent of ['/var/lib', tmpdir()]) {
    const directory = join(parent, 'tms-messaging');
    try {
      mkdirSync(directory);
      chmodSync(directory, 0o755); // independent of the umask
    } catch {
      // It exists, or the parent is not writable: checked below.
    }
    if (isOwnedByRoot(directory) && canReach(user, directory)) return directory;
  }
  throw new Error('No directory is accessible to the OS user of PostgreSQL. Set DATABASE_URL.');
}

/** Whether root alone owns and writes the directory: in /tmp another user could have created it. */
function isOwnedByRoot(directory: string): boolean {
  const found = lstatSync(directory, { throwIfNoEntry: false });
  return found !== undefined && found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0;
}

/** Changes the owner of a directory and of everything below it. */
export function chownRecursively(user: SystemUser, directory: string): void {
  const below = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  for (const path of ['', ...below]) lchownSync(join(directory, path), user.uid, user.gid);
}
