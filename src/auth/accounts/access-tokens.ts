import { Injectable } from '@nestjs/common';
import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { Config } from '../../kernel/config/config.js';
import { refusalOf } from '../refusal.js';
import { AccountKeys } from './account-keys.js';

const LIFE_S = 15 * 60;
const ALGORITHM = 'HS256';
/** Tells our tokens from the host's, whose may well be `at+jwt` (RFC 8725, 3.11; RFC 9068). */
const TYPE = 'account+jwt';
const MAX_LENGTH = 1_000;

export interface AccessClaims {
  /** The tms_user_id: `local:…`. */
  sub: string;
  /** The sign-in that it was given to. */
  sid: string;
  /** Which refresh of the sign-in it came with. */
  gen: number;
}

/** The short-lived tokens of accounts kept here: JWTs that only this server signs. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly keys: AccountKeys,
    private readonly config: Config,
  ) {}

  /** Whether a token says that it is one of these; any other is the host's. */
  isLocalAccountToken(token: unknown): token is string {
    if (!this.config.localAccounts || typeof token !== 'string' || token.length > MAX_LENGTH) return false;
    try {
      return decodeProtectedHeader(token).typ === TYPE;
    } catch {
      return false;
    }
  }

  async sign({ sub, ...claims }: AccessClaims): Promise<{ token: string; expiresAt: Date }> {
    const exp = Math.floor(Date.now() / 1000) + LIFE_S;
    const token = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
      .setSubject(sub)
      .setIssuedAt()
      .setExpirationTime(exp)
      .sign(this.keys.accessTokens);
    return { token, expiresAt: new Date(exp * 1000) };
  }

  async verify(token: string): Promise<AccessClaims & { exp: number }> {
    try {
      const { payload } = await jwtVerify<AccessClaims & { exp: number }>(token, this.keys.accessTokens, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        requiredClaims: ['sub', 'sid', 'gen', 'exp'],
      });
      return payload;
    } catch (error) {
      throw refusalOf(error);
    }
  }
}
