import { open, type FileHandle } from 'node:fs/promises';
import type { AttachmentKind } from './entities/attachment.entity.js';
import type { FileReport } from './metadata/patched-file.js';
import { readId3Length } from './metadata/tagged-audio-metadata.js';

/** Kind and media type detected from the content. */
export interface DetectedKind {
  kind: AttachmentKind;
  mimeType: string;
}

export const UNKNOWN_KIND: DetectedKind = { kind: 'file', mimeType: 'application/octet-stream' };
/** Core Audio Format, recorded by iOS; file-type does not detect it. */
const CAF: DetectedKind = { kind: 'audio', mimeType: 'audio/x-caf' };
const HEAD_BYTES = 64 * 1024;
/** Bytes behind ID3 tags by which a sound is recognized. */
const MIN_TAGGED_BYTES = 4 * 1024;
const MAX_TAGS = 8;

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

/** Type by the signature. Reads heads only, which bounds the time for crafted files. */
export async function detectContentType(path: string): Promise<DetectedKind> {
  const { head, tagged } = await readHeads(path);
  const kind = tagged && (await detectHead(tagged));
  return kind?.kind === 'audio' ? kind : detectHead(head);
}

async function detectHead(head: Buffer): Promise<DetectedKind> {
  const { fileTypeFromBuffer } = await import('file-type');
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

/** Head of a file, and the head of the sound behind ID3 tags that are longer than it. */
async function readHeads(path: string): Promise<{ head: Buffer; tagged?: Buffer }> {
  const handle = await open(path);
  try {
    const head = await readHead(handle, 0);
    let [at, next] = [0, head];
    for (let count = 0; count < MAX_TAGS && readId3Length(next) > 0; count++) {
      at += readId3Length(next);
      next = await readHead(handle, at);
    }
    return { head, tagged: at + MIN_TAGGED_BYTES > HEAD_BYTES ? next : undefined };
  } finally {
    await handle.close();
  }
}

async function readHead(handle: FileHandle, at: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, at);
  return buffer.subarray(0, bytesRead);
}
