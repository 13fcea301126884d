import { open } from 'node:fs/promises';
import type { AttachmentKind } from './entities/attachment.entity.js';
import type { FileReport } from './metadata/patched-file.js';

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

/**
 * Kind of audio or video by the tracks of its container. Where the content leaves it open, as in a recording without its
 * index, the declared type decides.
 */
export function toMediaKind(found: DetectedKind, tracks: FileReport, declaredType: string): DetectedKind {
  const [, container = ''] = found.mimeType.split('/');
  if (!CONTAINERS.has(container)) return found;
  const kind = tracks.hasVideo
    ? 'video'
    : tracks.hasAudio
      ? 'audio'
      : kindOfMimeType(declaredType.toLowerCase());
  if (kind !== 'audio' && kind !== 'video') return found;
  // The boxes of QuickTime and MP4 are the same; a type for audio exists of MP4 only.
  const subtype = kind === 'audio' && container === 'quicktime' ? 'mp4' : container;
  return { kind, mimeType: `${kind}/${subtype}` };
}

export function kindOfMimeType(mimeType: string): AttachmentKind {
  const [, family] = /^(image|video|audio)\//.exec(mimeType) ?? [];
  return (family as AttachmentKind | undefined) ?? 'file';
}

/** Type by the signature. Reads the head only, which bounds the time for crafted files. */
export async function detectContentType(path: string): Promise<DetectedKind> {
  const { fileTypeFromBuffer } = await import('file-type');
  const head = await readHead(path);
  if (head.subarray(0, 4).toString('latin1') === 'caff') return CAF;
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  if (!found || (found.mime === 'image/bmp' && !isBmp(head))) return UNKNOWN_KIND;
  const bare = found.mime.split(';')[0]!;
  const mimeType = TYPE_ALIASES[bare] ?? bare;
  return { kind: kindOfMimeType(mimeType), mimeType };
}

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
