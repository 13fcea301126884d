import { Injectable } from '@nestjs/common';
import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';
import { Config } from '../kernel/config/config.js';
import { serviceUnavailable, tokenExpired, unauthenticated } from '../kernel/errors/base.errors.js';
import { refusalOf } from './refusal.js';

const SHARED_SECRET_ALGORITHMS = ['HS256'];
const PUBLIC_KEY_ALGORITHMS = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];
const MAX_TOKEN_LENGTH = 16 * 1024;
const CLOCK_TOLERANCE_S = 5;
const JWKS_KEPT_MS = 600_000;
const JWKS_RETRY_MS = 2_000;
const JWKS_TIMEOUT_MS = 3_000;
const TOKEN_FITS_NO_KEY = [
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JOSENotSupported,
];

/**
 * Verifies a JWT of the host (RFC 7519, RFC 8725). The algorithm picks the kind of key: a shared secret never meets a
 * public-key algorithm, nor a public key HS256.
 */
@Injectable()
export class TokenVerifier {
  private readonly secret?: Uint8Array;
  private readonly keys?: JWTVerifyGetKey;
  private readonly expectations: JWTVerifyOptions;

  constructor(config: Config) {
    if (config.authJwtSecret) this.secret = new TextEncoder().encode(config.authJwtSecret);
    if (config.authJwksUrl) this.keys = keysOfHost(new URL(config.authJwksUrl));
    this.expectations = {
      issuer: config.authIssuer || undefined,
      audience: config.authAudience || undefined,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_S,
    };
  }

  async verify(token: unknown): Promise<JWTPayload & { exp: number }> {
    if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) throw unauthenticated();
    try {
      const payload = await this.check(token);
      // The tolerance is for nbf: clocks of hosts run ahead. Nothing is accepted beyond its exp.
      if (payload.exp! * 1000 <= Date.now()) throw tokenExpired();
      return payload as JWTPayload & { exp: number };
    } catch (error) {
      throw refusalOf(error);
    }
  }

  private async check(token: string): Promise<JWTPayload> {
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
    throw unauthenticated('The algorithm of the token is not accepted here.');
  }
}

/** The keys of the host, kept for ten minutes. One that is not among them makes us ask again: so the host may rotate them. */
function keysOfHost(url: URL): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(url, {
    cacheMaxAge: JWKS_KEPT_MS,
    cooldownDuration: JWKS_RETRY_MS,
    timeoutDuration: JWKS_TIMEOUT_MS,
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (TOKEN_FITS_NO_KEY.some((kind) => error instanceof kind)) throw error;
      // The host does not answer, or not with keys: not the caller's fault.
      throw serviceUnavailable('The keys of the host cannot be read now.', { retryAfterMs: JWKS_RETRY_MS });
    }
  };
}
