import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { rangeNotSatisfiable } from './attachments.errors.js';
import { AttachmentsService } from './attachments.service.js';
import type { AttachmentRow } from './dto/attachment.dto.js';
import { SignedUrls } from './signed-urls.js';
import { UNKNOWN_KIND } from './file-kinds.js';
import { contentDisposition } from './file-names.js';
import { toObjectKey, Storage, type Part, type ByteRange } from './storage.js';
/** Files can neither execute nor be sniffed as another type. Caches revalidate each time. */
const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Cache-Control': 'private, no-cache',
};

/** Timeout of a client that stops reading, which holds a file or a storage connection. */
const IDLE_TIMEOUT_MS = 60_000;

/** Sends files at signed URLs to users who may read them now. */
@Injectable()
export class DownloadsService {
  constructor(
    private readonly attachments: AttachmentsService,
    private readonly signedUrls: SignedUrls,
    private readonly storage: Storage,
  ) {}

  async sendFile(token: string, request: Request, response: Response): Promise<void> {
    response.set(HEADERS);
    const { attachmentId, userId, part } = await this.signedUrls.verifyToken(token);
    const row = await this.attachments.getReadable(attachmentId, userId);
    const { size, etag, type, disposition, name } = toFile(row, part);
    if (matchesEtag(request.get('if-none-match'), etag)) {
      response.status(304).set('ETag', etag).end();
      return;
    }
    const isSame = [undefined, etag].includes(request.get('if-range'));
    const range = isSame ? parseRange(request.get('range'), size) : 'all';
    if (range === 'unsatisfiable') {
      response.set('Content-Range', `bytes */${size}`);
      throw rangeNotSatisfiable();
    }
    const { first, last } = range === 'all' ? { first: 0, last: size - 1 } : range;
    const isHead = request.method === 'HEAD';
    const content = isHead
      ? undefined
      : await this.storage.readObject(toObjectKey(attachmentId, part), { first, last });
    if (range !== 'all') response.status(206).set('Content-Range', `bytes ${first}-${last}/${size}`);
    response.set({
      ETag: etag,
      'Accept-Ranges': 'bytes',
      'Content-Type': type,
      'Content-Disposition': contentDisposition(disposition, name),
      'Content-Length': String(last - first + 1),
    });
    await streamContent(content, response);
  }
}

/** Served file. */
interface ServedFile {
  size: number;
  etag: string;
  type: string;
  disposition: 'inline' | 'attachment';
  name: string;
}

/**
 * File of a signed URL. An attachment never changes, so its id is the entity tag. Images, audio and video have types that
 * browsers display or play and never execute; other files are downloads of bytes.
 */
function toFile(row: AttachmentRow, part: Part): ServedFile {
  const { size, filename: name } = row;
  const etag = `"${row.id}-${part}"`;
  if (part === 'thumbnail')
    return {
      size: row.thumbnail_size ?? 0,
      etag,
      type: 'image/webp',
      disposition: 'inline',
      name: `${name}.webp`,
    };
  return row.kind === 'file'
    ? { size, etag, type: UNKNOWN_KIND.mimeType, disposition: 'attachment', name }
    : { size, etag, type: row.mime_type, disposition: 'inline', name };
}

/** If-None-Match (RFC 9110). */
function matchesEtag(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}

/** After the headers were sent, an error can only close the connection. */
async function streamContent(content: Readable | undefined, response: Response): Promise<void> {
  if (!content) return void response.end();
  response.setTimeout(IDLE_TIMEOUT_MS, () => response.destroy());
  await pipeline(content, response).catch(() => undefined);
}

const RANGE = /^bytes=(\d*)-(\d*)$/;

/** Byte range of a Range header (RFC 9110, section 14). Several ranges and invalid headers are ignored: all bytes. */
function parseRange(header: string | undefined, size: number): ByteRange | 'all' | 'unsatisfiable' {
  const [, from = '', to = ''] = RANGE.exec(header ?? '') ?? [];
  if (from === '' && to === '') return 'all';
  if (from === '')
    return Number(to) === 0 ? 'unsatisfiable' : { first: Math.max(0, size - Number(to)), last: size - 1 };
  if (to !== '' && Number(to) < Number(from)) return 'all';
  if (Number(from) >= size) return 'unsatisfiable';
  return { first: Number(from), last: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
}
