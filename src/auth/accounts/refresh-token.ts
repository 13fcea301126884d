import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AccountKeys } from './account-keys.js';

const SHAPE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})\.([\w-]{22})$/;

/** What a client holds: which sign-in, and the secret. Only the hash of the secret is kept. */
export interface RefreshToken {
  familyId: string;
  secret: string;
}

/** Undefined unless this server made it: nobody ends a sign-in of which they know no more than the id. */
export function readRefreshToken(text: string, keys: AccountKeys): RefreshToken | undefined {
  const [, familyId, secret, seal] = SHAPE.exec(text) ?? [];
  if (!familyId || !secret || !seal) return undefined;
  const expected = keys.sealOf(`${familyId}.${secret}`);
  return timingSafeEqual(Buffer.from(seal), Buffer.from(expected)) ? { familyId, secret } : undefined;
}

export function writeRefreshToken({ familyId, secret }: RefreshToken, keys: AccountKeys): string {
  const text = `${familyId}.${secret}`;
  return `${text}.${keys.sealOf(text)}`;
}

export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The secret is random, so a fast hash hides it. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
