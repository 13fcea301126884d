import { Injectable } from '@nestjs/common';
import {
  decodeProtectedHeader,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';
import { Config } from '../kernel/config/config.js';
import { tokenExpired, unauthenticated } from '../kernel/errors/base.errors.js';
import { toTokenError } from './claims.js';
import { HostKeys } from './host-keys.js';

const SHARED_SECRET_ALGORITHMS = ['HS256'];
const PUBLIC_KEY_ALGORITHMS = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];
const MAX_TOKEN_LENGTH = 16 * 1024;
const CLOCK_TOLERANCE_S = 5;
/** End of the year 9999. A later `exp` is in milliseconds, a frequent mistake of hosts; the token would never expire. */
const MAX_EXP_S = Date.UTC(10_000, 0, 1) / 1_000 - 1;

/**
 * Verifies JWTs of the host product (RFC 7519, RFC 8725). Each algorithm has one kind of key: a shared secret never
 * verifies a public-key algorithm, and a public key never HS256.
 */
@Injectable()
export class TokenVerifier {
  private readonly secret?: Uint8Array;
  private readonly keys?: JWTVerifyGetKey;
  private readonly expectations: JWTVerifyOptions;

  constructor(config: Config) {
    if (config.authJwtSecret) this.secret = new TextEncoder().encode(config.authJwtSecret);
    if (config.authJwksUrl) this.keys = new HostKeys(new URL(config.authJwksUrl)).resolveKey;
    this.expectations = {
      issuer: config.authIssuer || undefined,
      audience: config.authAudience || undefined,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_S,
    };
  }

  async verify(token: unknown): Promise<JWTPayload & { exp: number }> {
    if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH)
      throw unauthenticated({ reason: 'no token' });
    try {
      const payload = await this.verifySignature(token);
      if (payload.exp! > MAX_EXP_S) throw unauthenticated({ reason: 'exp beyond the year 9999' });
      // The clock tolerance applies to nbf only: no token is valid after its exp.
      if (payload.exp! * 1000 <= Date.now()) throw tokenExpired();
      return payload as JWTPayload & { exp: number };
    } catch (error) {
      throw toTokenError(error);
    }
  }

  private async verifySignature(token: string): Promise<JWTPayload> {
    const { alg = '' } = decodeProtectedHeader(token);
    if (this.secret && SHARED_SECRET_ALGORITHMS.includes(alg)) {
      return (
        await jwtVerify(token, this.secret, { ...this.expectations, algorithms: SHARED_SECRET_ALGORITHMS })
      ).payload;
    }
    if (this.keys && PUBLIC_KEY_ALGORITHMS.includes(alg)) {
      return (await jwtVerify(token, this.keys, { ...this.expectations, algorithms: PUBLIC_KEY_ALGORITHMS }))
        .payload;
    }
    throw unauthenticated({ reason: 'algorithm not accepted' });
  }
}
