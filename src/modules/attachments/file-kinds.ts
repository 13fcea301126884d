import { open } from 'node:fs/promises';
import type { ReceivedFile } from '../../kernel/validation/rules.js';
import { unsupportedFile } from './attachments.errors.js';
import type { AttachmentKind } from './dto/attachment.dto.js';
import { PICTURE_TYPES } from './image-processor.js';

export interface FoundKind {
  kind: AttachmentKind;
  mimeType: string;
}

export const ANYTHING: FoundKind = { kind: 'file', mimeType: 'application/octet-stream' };
const HEAD_BYTES = 64 * 1024;

/** One type under one name. */
const SAME_AS: Record<string, string> = {
  'image/apng': 'image/png',
  'audio/x-m4a': 'audio/mp4',
  'video/x-m4v': 'video/mp4',
  'application/ogg': 'audio/ogg',
  'audio/vnd.wave': 'audio/wav',
  'audio/x-flac': 'audio/flac',
};
/** Their first bytes do not tell whether there is anything to see: a recorded voice is a video without a picture. */
const CONTAINERS = new Set(['mp4', 'webm', 'ogg', '3gpp', 'quicktime', 'matroska']);
/** What clients call a file of which they know nothing better, and what a form calls one of which they say nothing. */
const NO_CLAIMS = new Set([
  '',
  'text/plain',
  'application/octet-stream',
  'application/ogg',
  'application/mp4',
]);

/** What a file is, by its content; it may not say that it is something else. */
export async function kindOf(file: ReceivedFile): Promise<FoundKind> {
  const found = await sniff(file.path);
  const claimed = claimOf(file.declaredType);
  if (found.mimeType.startsWith('image/') && !PICTURE_TYPES.has(found.mimeType))
    throw unsupportedFile('Pictures are taken as JPEG, PNG, WebP, GIF or AVIF.');
  if (claimed && claimed !== found.kind) {
    const [, container = ''] = found.mimeType.split('/');
    const isEither = CONTAINERS.has(container) && (claimed === 'audio' || claimed === 'video');
    if (!isEither) throw unsupportedFile('The content is not of the type that it was sent as.');
    return { kind: claimed, mimeType: `${claimed}/${container}` };
  }
  return found;
}

/** The kind that a declared type promises, if it does. A drawing of markup is no picture here: it can carry scripts. */
function claimOf(declaredType: string): AttachmentKind | undefined {
  const type = declaredType.toLowerCase().split(';')[0]!.trim();
  if (NO_CLAIMS.has(type)) return undefined;
  return type === 'image/svg+xml' ? 'file' : kindOfType(type);
}

function kindOfType(mimeType: string): AttachmentKind {
  const [, family] = /^(image|video|audio)\//.exec(mimeType) ?? [];
  return (family as AttachmentKind | undefined) ?? 'file';
}

/** No further than the head, so that a file made for it cannot keep the search busy. */
async function sniff(path: string): Promise<FoundKind> {
  const { fileTypeFromBuffer } = await import('file-type');
  const head = await headOf(path);
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  const begins = head.toString('latin1');
  if (!found || (found.mime === 'image/bmp' && !isBmp(head))) {
    if (PICTURES.test(begins)) throw unsupportedFile('The picture cannot be read.');
    return ANYTHING;
  }
  const bare = found.mime.split(';')[0]!;
  const mimeType = SAME_AS[bare] ?? bare;
  return { kind: kindOfType(mimeType), mimeType };
}

/** What begins like this is a picture, or is meant to pass for one. */
const PICTURES = /^(\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP|....ftyp(avi|hei))/s;
/** Two letters begin a text as well: the size of the header after them must be one that there is. */
const BMP_HEADERS = [12, 40, 108, 124];

function isBmp(head: Buffer): boolean {
  return head.length > 18 && BMP_HEADERS.includes(head.readUInt32LE(14));
}

async function headOf(path: string): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** What no browser runs, and every one shows or plays. All else is a download of bytes. */
const SHOWN = new Set([
  ...['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'],
  ...['video/mp4', 'video/webm', 'video/ogg'],
  ...[
    'audio/mpeg',
    'audio/mp4',
    'audio/aac',
    'audio/ogg',
    'audio/opus',
    'audio/webm',
    'audio/wav',
    'audio/flac',
  ],
]);

export function isDisplayable(mimeType: string): boolean {
  return SHOWN.has(mimeType);
}
