import { createHash, randomBytes } from 'node:crypto';

const SHAPE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})$/;

/** What a client holds: which sign-in, and the secret. Only the hash of the secret is kept. */
export interface RefreshToken {
  familyId: string;
  secret: string;
}

export function readRefreshToken(text: string): RefreshToken | undefined {
  const [, familyId, secret] = SHAPE.exec(text) ?? [];
  return familyId && secret ? { familyId, secret } : undefined;
}

export function writeRefreshToken({ familyId, secret }: RefreshToken): string {
  return `${familyId}.${secret}`;
}

export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The secret is random, so a fast hash hides it. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
