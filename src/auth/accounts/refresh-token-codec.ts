import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { deriveAccountKey } from './access-tokens.js';

const FORMAT = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})\.([\w-]{22})$/;
/** Length in base64url characters: 132 bits. */
const MAC_LENGTH = 22;

/** Refresh token held by a client. The database stores only the hash of the secret. */
export interface RefreshTokenParts {
  familyId: string;
  secret: string;
}

/** Format of refresh tokens: family id, secret and a MAC, which proves that this server issued the token. */
@Injectable()
export class RefreshTokenCodec {
  private readonly successorKey: Uint8Array;
  private readonly macKey: Uint8Array;

  constructor(config: Config) {
    this.successorKey = deriveAccountKey(config, 'refresh tokens');
    this.macKey = deriveAccountKey(config, 'MAC of refresh tokens');
  }

  createSecret(): string {
    return randomBytes(32).toString('base64url');
  }

  /** Secret that replaces the given one: always the same, unpredictable without the key. */
  deriveSuccessor(secret: string): string {
    return createHmac('sha256', this.successorKey).update(secret).digest('base64url');
  }

  /** A fast hash suffices, because the secret is random. */
  hashSecret(secret: string): Buffer {
    return createHash('sha256').update(secret).digest();
  }

  format({ familyId, secret }: RefreshTokenParts): string {
    const text = `${familyId}.${secret}`;
    return `${text}.${this.computeMac(text)}`;
  }

  /** Undefined unless this server issued the token. The family id alone does not end a sign-in. */
  parse(token: string): RefreshTokenParts | undefined {
    const [, familyId, secret, mac] = FORMAT.exec(token) ?? [];
    if (!familyId || !secret || !mac) return undefined;
    const expected = this.computeMac(`${familyId}.${secret}`);
    return timingSafeEqual(Buffer.from(mac), Buffer.from(expected)) ? { familyId, secret } : undefined;
  }

  private computeMac(text: string): string {
    return createHmac('sha256', this.macKey).update(text).digest('base64url').slice(0, MAC_LENGTH);
  }
}
