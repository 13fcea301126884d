import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const BYTES = 32;

/** Secret in a file readable by its owner only, generated when the file is absent. The file appears complete or not at all; concurrent first starts agree on one secret. */
export function persistedSecret(file: string): string {
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
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < BYTES)
    throw new Error(
      `${file} contains no valid secret. Delete the file to generate a new secret at the next start.`,
    );
  return secret;
}
