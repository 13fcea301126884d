import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { parse, stringify } from 'uuid';
import { Config } from '../../kernel/config/config.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { Addresses, AttachmentRow } from './dto/attachment.dto.js';
import { SigningKey } from './signing-key.js';
import { PARTS, type Part } from './storage/storage.js';

/** What an address is for: a part of one attachment, for one person. */
export interface Addressed {
  attachmentId: string;
  userId: string;
  part: Part;
}

const [ID_BYTES, EXPIRY_BYTES, SEAL_BYTES] = [16, 4, 16];
const CLAIM_BYTES = 2 * ID_BYTES + EXPIRY_BYTES + 1;
const TOKEN = new RegExp(`^[A-Za-z0-9_-]{${Math.ceil(((CLAIM_BYTES + SEAL_BYTES) * 4) / 3)}}$`);

/** Makes and reads the addresses of files: signed, so that no table is needed, and good for minutes. */
@Injectable()
export class SignedUrls {
  constructor(
    private readonly config: Config,
    private readonly key: SigningKey,
  ) {}

  /** They stay the same for half of their life, so that a browser does not get a file again with every look at a page. */
  async sign({ id, thumbnail_size }: AttachmentRow, userId: string): Promise<Addresses> {
    const step = Math.floor(this.config.attachmentUrlSeconds / 2);
    const expiresAt = (Math.floor(Date.now() / 1_000 / step) + 2) * step;
    const key = await this.key.get();
    const address = (part: Part): string =>
      `/v1/files/${tokenOf({ attachmentId: id, userId, part }, expiresAt, key)}`;
    return {
      url: address('file'),
      thumbnailUrl: thumbnail_size === null ? null : address('thumbnail'),
      expiresAt: new Date(expiresAt * 1_000).toISOString(),
    };
  }

  /** What has expired, or was never signed here, leads nowhere. */
  async verify(token: string): Promise<Addressed> {
    const bytes = TOKEN.test(token)
      ? Buffer.from(token, 'base64url')
      : Buffer.alloc(CLAIM_BYTES + SEAL_BYTES);
    const claim = bytes.subarray(0, CLAIM_BYTES);
    const isGood = timingSafeEqual(bytes.subarray(CLAIM_BYTES), sealOf(claim, await this.key.get()));
    if (!isGood || claim.readUInt32BE(2 * ID_BYTES) * 1_000 <= Date.now()) throw notFound();
    return {
      attachmentId: stringify(claim, 0),
      userId: stringify(claim, ID_BYTES),
      part: PARTS[claim.at(-1)!]!,
    };
  }
}

function tokenOf({ attachmentId, userId, part }: Addressed, expiresAt: number, key: Buffer): string {
  const claim = Buffer.alloc(CLAIM_BYTES);
  claim.set(parse(attachmentId), 0);
  claim.set(parse(userId), ID_BYTES);
  claim.writeUInt32BE(expiresAt, 2 * ID_BYTES);
  claim.writeUInt8(PARTS.indexOf(part), CLAIM_BYTES - 1);
  return Buffer.concat([claim, sealOf(claim, key)]).toString('base64url');
}

function sealOf(claim: Buffer, key: Buffer): Buffer {
  return createHmac('sha256', key).update(claim).digest().subarray(0, SEAL_BYTES);
}
