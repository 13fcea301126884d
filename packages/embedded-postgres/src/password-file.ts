import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const BYTES = 32;

/**
 * Password of the superuser, generated at the first start and kept in a file with mode 0600. The file appears complete or not
 * at all; of two concurrent first starts one wins.
 */
export function readOrCreatePassword(file: string): string {
  if (!existsSync(file)) {
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, randomBytes(BYTES).toString('base64url'), { mode: 0o600 });
    try {
      linkSync(draft, file);
    } catch (error) {
      if (!existsSync(file)) throw error;
    } finally {
      rmSync(draft);
    }
  }
  const password = readFileSync(file, 'utf8').trim();
  if (password.length < BYTES) throw new Error(`${file} contains no password of PostgreSQL.`);
  return password;
}
