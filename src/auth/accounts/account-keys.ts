import { hkdfSync } from 'node:crypto';
import type { Config } from '../../kernel/config/config.js';

const KEY_BYTES = 32;

/**
 * Key for one purpose of local accounts, derived from the secret of the server (HKDF, RFC 5869). Tokens signed by the
 * host product are never valid for a local account, and tokens of local accounts never for a user of the host product.
 */
export function deriveAccountKey({ localAccounts, authJwtSecret }: Config, purpose: string): Uint8Array {
  if (localAccounts && !authJwtSecret) throw new Error('LOCAL_ACCOUNTS requires AUTH_JWT_SECRET.');
  const info = `tms-messaging-server accounts: ${purpose}`;
  return new Uint8Array(hkdfSync('sha256', authJwtSecret, '', info, KEY_BYTES));
}
