import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { rangeNotSatisfiable } from './attachments.errors.js';
import { AttachmentsService } from './attachments.service.js';
import { spanOf } from './byte-range.js';
import type { AttachmentRow } from './dto/attachment.dto.js';
import { SignedUrls } from './signed-urls.js';
import { ANYTHING, isDisplayable } from './file-kinds.js';
import { disposition } from './file-names.js';
import { keyOf, Storage, type Part } from './storage/storage.js';

/** Whatever comes from here can neither run nor be taken for another type, and whoever keeps it asks again each time. */
const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Cache-Control': 'private, no-cache',
};

/** Without a byte taken: whoever stops reading holds a file, or a connection to the store. */
const SILENCE_MS = 60_000;

/** Sends files to who has a good address, and may read them at this moment still. */
@Injectable()
export class DownloadsService {
  constructor(
    private readonly attachments: AttachmentsService,
    private readonly addresses: SignedUrls,
    private readonly storage: Storage,
  ) {}

  async send(token: string, request: Request, response: Response): Promise<void> {
    response.set(HEADERS);
    const { attachmentId, userId, part } = await this.addresses.verify(token);
    const row = await this.attachments.getReadable(attachmentId, userId);
    const { size, etag, type, name } = fileOf(row, part);
    if (isKnown(request.get('if-none-match'), etag)) {
      response.status(304).set('ETag', etag).end();
      return;
    }
    const isSame = [undefined, etag].includes(request.get('if-range'));
    const span = isSame ? spanOf(request.get('range'), size) : 'all';
    if (span === 'none') {
      response.set('Content-Range', `bytes */${size}`);
      throw rangeNotSatisfiable();
    }
    const { first, last } = span === 'all' ? { first: 0, last: size - 1 } : span;
    const isHead = request.method === 'HEAD';
    const content = isHead ? undefined : await this.storage.read(keyOf(attachmentId, part), { first, last });
    if (span !== 'all') response.status(206).set('Content-Range', `bytes ${first}-${last}/${size}`);
    response.set({
      ETag: etag,
      'Accept-Ranges': 'bytes',
      'Content-Type': isDisplayable(type) ? type : ANYTHING.mimeType,
      'Content-Disposition': disposition(isDisplayable(type) ? 'inline' : 'attachment', name),
      'Content-Length': String(last - first + 1),
    });
    await deliver(content, response);
  }
}

interface File {
  size: number;
  etag: string;
  type: string;
  name: string;
}

/** What an address leads to. An attachment never changes, so its name is all that tells one from another. */
function fileOf({ id, size, mime_type, filename, thumbnail_size }: AttachmentRow, part: Part): File {
  const etag = `"${id}-${part}"`;
  if (part === 'file') return { size, etag, type: mime_type, name: filename };
  return { size: thumbnail_size ?? 0, etag, type: 'image/webp', name: `${filename}.webp` };
}

/** Whether who asks says that they have it. */
function isKnown(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}

/** Once the answer has begun, all that is left to say of a failure, or to who went away, is the end of the connection. */
async function deliver(content: Readable | undefined, response: Response): Promise<void> {
  if (!content) return void response.end();
  response.setTimeout(SILENCE_MS, () => response.destroy());
  await pipeline(content, response).catch(() => undefined);
}
