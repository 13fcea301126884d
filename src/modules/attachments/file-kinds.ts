import { open } from 'node:fs/promises';
import type { ReceivedFile } from '../../kernel/validation/rules.js';
import { unsupportedFile } from './attachments.errors.js';
import type { AttachmentKind } from './entities/attachment.entity.js';
import { IMAGE_TYPES } from './image-processor.js';

/** Kind and media type detected from the content. */
export interface DetectedKind {
  kind: AttachmentKind;
  mimeType: string;
}

export const UNKNOWN_KIND: DetectedKind = { kind: 'file', mimeType: 'application/octet-stream' };
/** Core Audio Format, recorded by iOS; file-type does not detect it. */
const CAF: DetectedKind = { kind: 'audio', mimeType: 'audio/x-caf' };
const HEAD_BYTES = 64 * 1024;

/** Aliases of media types. */
const TYPE_ALIASES: Record<string, string> = {
  'image/apng': 'image/png',
  'audio/x-m4a': 'audio/mp4',
  'video/x-m4v': 'video/mp4',
  'application/ogg': 'audio/ogg',
  'audio/vnd.wave': 'audio/wav',
  'audio/x-flac': 'audio/flac',
};
/** Containers whose first bytes do not distinguish audio from video. */
const CONTAINERS = new Set(['mp4', 'webm', 'ogg', '3gpp', 'quicktime', 'matroska']);

/** Kind of a file by its content. The declared type decides between audio and video only where the content leaves it open. */
export async function detectFileKind(file: ReceivedFile): Promise<DetectedKind> {
  const found = await detectContentType(file.path);
  if (found.mimeType.startsWith('image/') && !IMAGE_TYPES.has(found.mimeType))
    throw unsupportedFile('Images are accepted as JPEG, PNG, WebP, GIF or AVIF.');
  const [, container = ''] = found.mimeType.split('/');
  const declared = kindOfMimeType(file.declaredType.toLowerCase());
  if (!CONTAINERS.has(container) || (declared !== 'audio' && declared !== 'video')) return found;
  return { kind: declared, mimeType: `${declared}/${container}` };
}

export function kindOfMimeType(mimeType: string): AttachmentKind {
  const [, family] = /^(image|video|audio)\//.exec(mimeType) ?? [];
  return (family as AttachmentKind | undefined) ?? 'file';
}

/** Reads the head only, which bounds the time for crafted files. */
async function detectContentType(path: string): Promise<DetectedKind> {
  const { fileTypeFromBuffer } = await import('file-type');
  const head = await readHead(path);
  if (head.subarray(0, 4).toString('latin1') === 'caff') return CAF;
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  const prefix = head.toString('latin1');
  if (!found || (found.mime === 'image/bmp' && !isBmp(head))) {
    if (IMAGE_PREFIX.test(prefix)) throw unsupportedFile('The image cannot be read.');
    return UNKNOWN_KIND;
  }
  const bare = found.mime.split(';')[0]!;
  const mimeType = TYPE_ALIASES[bare] ?? bare;
  return { kind: kindOfMimeType(mimeType), mimeType };
}

/** Signatures of image formats. */
const IMAGE_PREFIX = /^(\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP|....ftyp(avi|hei))/s;
/** Valid sizes of the BMP header. The two signature letters alone also begin texts. */
const BMP_HEADERS = [12, 40, 108, 124];

function isBmp(head: Buffer): boolean {
  return head.length > 18 && BMP_HEADERS.includes(head.readUInt32LE(14));
}

async function readHead(path: string): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
