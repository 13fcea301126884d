import { createHmac, hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';

const BYTES = 32;
/** Characters of base64url: 132 bits. */
const SEAL_LENGTH = 22;

/**
 * The keys of the accounts kept here, derived from the secret of the server (HKDF, RFC 5869): what the host signs is
 * never good for an account, and what this server signs is never good for a person of the host.
 */
@Injectable()
export class AccountKeys {
  readonly accessTokens: Uint8Array;
  private readonly successors: Uint8Array;
  private readonly seals: Uint8Array;

  constructor({ localAccounts, authJwtSecret }: Config) {
    if (localAccounts && !authJwtSecret) throw new Error('Accounts need a secret.');
    this.accessTokens = derived(authJwtSecret, 'access tokens');
    this.successors = derived(authJwtSecret, 'refresh tokens');
    this.seals = derived(authJwtSecret, 'seals of refresh tokens');
  }

  /** The secret that follows a secret: always the same, and not to be guessed without the key. */
  successorOf(secret: string): string {
    return createHmac('sha256', this.successors).update(secret).digest('base64url');
  }

  /** Shows that this server made a text. */
  sealOf(text: string): string {
    return createHmac('sha256', this.seals).update(text).digest('base64url').slice(0, SEAL_LENGTH);
  }
}

function derived(secret: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `tms-messaging-server accounts: ${purpose}`, BYTES));
}
