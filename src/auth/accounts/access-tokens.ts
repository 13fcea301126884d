import { hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { Config } from '../../kernel/config/config.js';
import { toTokenError } from '../claims.js';

const LIFETIME_SECONDS = 15 * 60;
const ALGORITHM = 'HS256';
/** Type that distinguishes these tokens from those of the host product, which may be `at+jwt` (RFC 8725, 3.11; RFC 9068). */
const TYPE = 'account+jwt';
const MAX_TOKEN_LENGTH = 1_000;
const KEY_BYTES = 32;

export interface AccessClaims {
  /** The tms_user_id: `local:…`. */
  sub: string;
  /** Id of the sign-in (refresh-token family). */
  sid: string;
  /** Generation of the refresh token issued with this token. */
  gen: number;
}

/** Short-lived JWTs of local accounts, signed by this server alone. */
@Injectable()
export class AccessTokens {
  private readonly key: Uint8Array;

  constructor(private readonly config: Config) {
    this.key = deriveAccountKey(config, 'access tokens');
  }

  /** True when the header declares a token of a local account. Other tokens are of the host product. */
  isLocalAccountToken(token: unknown): token is string {
    if (!this.config.localAccounts || typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH)
      return false;
    try {
      return decodeProtectedHeader(token).typ === TYPE;
    } catch {
      return false;
    }
  }

  async sign({ sub, ...claims }: AccessClaims): Promise<{ token: string; expiresAt: Date }> {
    const exp = Math.floor(Date.now() / 1000) + LIFETIME_SECONDS;
    const token = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
      .setSubject(sub)
      .setIssuedAt()
      .setExpirationTime(exp)
      .sign(this.key);
    return { token, expiresAt: new Date(exp * 1000) };
  }

  async verify(token: string): Promise<AccessClaims & { exp: number }> {
    try {
      const { payload } = await jwtVerify<AccessClaims & { exp: number }>(token, this.key, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        requiredClaims: ['sub', 'sid', 'gen', 'exp'],
      });
      return payload;
    } catch (error) {
      throw toTokenError(error);
    }
  }
}

/**
 * Key for one purpose of local accounts, derived from the secret of the server (HKDF, RFC 5869). Tokens signed by the
 * host product are never valid for a local account, and tokens of local accounts never for a user of the host product.
 */
export function deriveAccountKey({ localAccounts, authJwtSecret }: Config, purpose: string): Uint8Array {
  if (localAccounts && !authJwtSecret) throw new Error('LOCAL_ACCOUNTS requires AUTH_JWT_SECRET.');
  const info = `tms-messaging-server accounts: ${purpose}`;
  return new Uint8Array(hkdfSync('sha256', authJwtSecret, '', info, KEY_BYTES));
}
