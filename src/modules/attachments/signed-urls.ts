import { createHmac, timingSafeEqual, hkdfSync, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { parse, stringify } from 'uuid';
import { Config } from '../../kernel/config/config.js';
import { Database } from '../../kernel/database/database.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { SignedFileUrls, AttachmentRow } from './dto/attachment.dto.js';
import { PARTS, type Part } from './storage.js';

const KEY_BYTES = 32;
const KEY_NAME = 'signed URLs';

/**
 * Key of signed URLs, the same on every node: derived from AUTH_JWT_SECRET (HKDF, RFC 5869), else generated once and
 * stored in server_secrets.
 */
@Injectable()
export class SigningKey {
  private key?: Promise<Buffer>;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {}

  getKey(): Promise<Buffer> {
    return (this.key ??= this.loadKey().catch((error: unknown) => {
      this.key = undefined; // the next call retries
      throw error;
    }));
  }

  private async loadKey(): Promise<Buffer> {
    const { authJwtSecret } = this.config;
    if (authJwtSecret)
      return Buffer.from(
        hkdfSync('sha256', authJwtSecret, '', `tms-messaging-server ${KEY_NAME}`, KEY_BYTES),
      );
    await this.database.query(
      'INSERT INTO server_secrets (name, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [KEY_NAME, randomBytes(KEY_BYTES)],
    );
    const row = await this.database.queryOne<{ secret: Buffer }>(
      'SELECT secret FROM server_secrets WHERE name = $1',
      [KEY_NAME],
    );
    return row!.secret;
  }
}

/** Content of a signed URL: a part of one attachment, for one user. */
export interface SignedClaim {
  attachmentId: string;
  userId: string;
  part: Part;
}

const [ID_BYTES, EXPIRY_BYTES, MAC_BYTES] = [16, 4, 16];
const CLAIM_BYTES = 2 * ID_BYTES + EXPIRY_BYTES + 1;
const TOKEN = new RegExp(`^[A-Za-z0-9_-]{${Math.ceil(((CLAIM_BYTES + MAC_BYTES) * 4) / 3)}}$`);

/** Signs and verifies URLs of files. The token holds attachment, user, part and expiry with an HMAC-SHA-256, so no table is needed. */
@Injectable()
export class SignedUrls {
  constructor(
    private readonly config: Config,
    private readonly signingKey: SigningKey,
  ) {}

  /**
   * URLs stay the same for half of their lifetime, so that browsers can cache the file. Audio and video have a longer one,
   * because a player requests further ranges for as long as it is open.
   */
  async signUrls({ id, kind, thumbnail_size }: AttachmentRow, userId: string): Promise<SignedFileUrls> {
    const { attachmentUrlSeconds, mediaUrlSeconds } = this.config;
    const lifetime = kind === 'audio' || kind === 'video' ? mediaUrlSeconds : attachmentUrlSeconds;
    const step = Math.floor(lifetime / 2);
    const expiresAt = (Math.floor(Date.now() / 1_000 / step) + 2) * step;
    const key = await this.signingKey.getKey();
    const address = this.config.publicUrl.replace(/\/+$/, '');
    const toUrl = (part: Part): string =>
      `${address}/v1/files/${encodeToken({ attachmentId: id, userId, part }, expiresAt, key)}`;
    return {
      url: toUrl('file'),
      thumbnailUrl: thumbnail_size === null ? null : toUrl('thumbnail'),
      expiresAt: new Date(expiresAt * 1_000).toISOString(),
    };
  }

  /** Throws not_found when the token is expired or its MAC is wrong. */
  async verifyToken(token: string): Promise<SignedClaim> {
    const bytes = TOKEN.test(token) ? Buffer.from(token, 'base64url') : Buffer.alloc(CLAIM_BYTES + MAC_BYTES);
    const claim = bytes.subarray(0, CLAIM_BYTES);
    const isValid = timingSafeEqual(
      bytes.subarray(CLAIM_BYTES),
      computeMac(claim, await this.signingKey.getKey()),
    );
    if (!isValid || claim.readUInt32BE(2 * ID_BYTES) * 1_000 <= Date.now()) throw notFound();
    return {
      attachmentId: stringify(claim, 0),
      userId: stringify(claim, ID_BYTES),
      part: PARTS[claim.at(-1)!]!,
    };
  }
}

function encodeToken({ attachmentId, userId, part }: SignedClaim, expiresAt: number, key: Buffer): string {
  const claim = Buffer.alloc(CLAIM_BYTES);
  claim.set(parse(attachmentId), 0);
  claim.set(parse(userId), ID_BYTES);
  claim.writeUInt32BE(expiresAt, 2 * ID_BYTES);
  claim.writeUInt8(PARTS.indexOf(part), CLAIM_BYTES - 1);
  return Buffer.concat([claim, computeMac(claim, key)]).toString('base64url');
}

function computeMac(claim: Buffer, key: Buffer): Buffer {
  return createHmac('sha256', key).update(claim).digest().subarray(0, MAC_BYTES);
}
