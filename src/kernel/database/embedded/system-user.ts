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

/** The OS user PostgreSQL runs as when we are root, which it refuses to be. */
export interface SystemUser {
  uid: number;
  gid: number;
}

/** Nobody else when we are an ordinary user. A cluster that already has an owner keeps it. */
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

/** Whether the user may pass through a directory and all above it. */
export function canReach(user: SystemUser, directory: string): boolean {
  for (let path = realpathSync(directory); ; path = dirname(path)) {
    if (!isAllowed(user, path, 1)) return false;
    if (path === dirname(path)) return true;
  }
}

/** `need` is a sum of read (4), write (2) and enter or execute (1), as in chmod. */
export function isAllowed(user: SystemUser, path: string, need: number): boolean {
  const { uid, gid, mode } = statSync(path);
  const granted = uid === user.uid ? mode >> 6 : gid === user.gid ? mode >> 3 : mode;
  return (granted & need) === need;
}

/** A directory of root that every user can enter, for what must not stay where only root can go. */
export function sharedDirectory(user: SystemUser): string {
  for (const parent of ['/var/lib', tmpdir()]) {
    const directory = join(parent, 'tms-messaging');
    try {
      mkdirSync(directory);
      chmodSync(directory, 0o755); // whatever the umask took away
    } catch {
      // It is there already, or the parent is not writable: seen below.
    }
    if (isRootsOwn(directory) && canReach(user, directory)) return directory;
  }
  throw new Error(
    'Root has no directory here that PostgreSQL could use as another OS user. Set DATABASE_URL.',
  );
}

/** In a directory like /tmp anybody could have made it before us. */
function isRootsOwn(directory: string): boolean {
  const found = lstatSync(directory, { throwIfNoEntry: false });
  return found !== undefined && found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0;
}

/** Gives a directory and all below it to the user. */
export function giveTo(user: SystemUser, directory: string): void {
  const below = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  for (const path of ['', ...below]) lchownSync(join(directory, path), user.uid, user.gid);
}
