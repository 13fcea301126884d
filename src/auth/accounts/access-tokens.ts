import { Injectable } from '@nestjs/common';
import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { Config } from '../../kernel/config/config.js';
import { toTokenError } from '../claims.js';
import { deriveAccountKey } from './account-keys.js';

const LIFETIME_SECONDS = 15 * 60;
const ALGORITHM = 'HS256';
/** Type that distinguishes these tokens from those of the host product, which may be `at+jwt` (RFC 8725, 3.11; RFC 9068). */
const TYPE = 'account+jwt';
const MAX_TOKEN_LENGTH = 1_000;

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
