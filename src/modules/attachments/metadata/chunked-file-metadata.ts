import { crc32 } from 'node:zlib';
import { keepOrientation } from './exif-orientation.js';
import { MalformedFileError, type FileReport, type PatchedFile } from './patched-file.js';

/** Chunk of a file that is a list of chunks. */
interface Chunk {
  id: string;
  idAt: number;
  body: number;
  end: number;
  /** Whether the chunk has no valid size, so that it is taken as the rest of the file. */
  isOpen: boolean;
}

/** Layout of a chunk: head length, size field, position of the id, bytes after the content. */
interface ChunkLayout {
  headBytes: number;
  idAt: number;
  readSize: (head: Buffer) => number;
  tailBytes: (size: number) => number;
  /** Whether the bytes after the content are padding, which some programs omit. */
  isPadded?: boolean;
}

const toEven = (size: number): number => size % 2;
const RIFF: ChunkLayout = {
  headBytes: 8,
  idAt: 0,
  readSize: (head) => head.readUInt32LE(4),
  tailBytes: toEven,
  isPadded: true,
};
const AIFF: ChunkLayout = { ...RIFF, readSize: (head) => head.readUInt32BE(4) };
const PNG: ChunkLayout = {
  headBytes: 8,
  idAt: 4,
  readSize: (head) => head.readUInt32BE(0),
  tailBytes: () => 4,
};
const CAF: ChunkLayout = {
  headBytes: 12,
  idAt: 0,
  readSize: (head) => Number(head.readBigInt64BE(4)),
  tailBytes: () => 0,
};

/** Chunks that are metadata, by which a chunk of odd size without padding is recognized, as the kept ones are. */
const METADATA_CHUNKS = new Set([
  'LIST',
  'ID3 ',
  'id3 ',
  'bext',
  'iXML',
  'NAME',
  'AUTH',
  'ANNO',
  '(c) ',
  'COMT',
]);
/** Chunks that are kept. All others are blanked, because any chunk may hold metadata. */
const WAV_CHUNKS = new Set(['fmt ', 'data', 'fact', 'cue ', 'smpl', 'inst', 'ds64', 'PEAK']);
const AIFF_CHUNKS = new Set(['COMM', 'SSND', 'MARK', 'INST', 'FVER']);
const CAF_CHUNKS = new Set(['desc', 'data', 'pakt', 'kuki', 'chan', 'mark', 'regn', 'inst', 'peak', 'ovvw']);
const WEBP_CHUNKS = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
const PNG_CHUNKS = new Set([
  ...['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'sBIT', 'bKGD', 'hIST'],
  ...['pHYs', 'sPLT', 'cICP', 'mDCV', 'cLLI', 'acTL', 'fcTL', 'fdAT'],
]);
/** Ancillary, private chunk of PNG that is safe to copy: decoders ignore it. */
const PNG_UNUSED = 'voId';
const ZEROS = Buffer.alloc(64 * 1024);
const [WEBP_EXIF, WEBP_XMP] = [8, 4];

/** Kept chunks of an audio format, those of them that hold its format and samples, and the id of an unused chunk. */
interface AudioFormat {
  kept: Set<string>;
  required: string[];
  unusedId: string;
}

/** Blanks the chunks that are not kept. Throws MalformedFileError without the chunks of the sound. */
async function removeAudioChunks(
  file: PatchedFile,
  chunks: AsyncGenerator<Chunk>,
  { kept, required, unusedId }: AudioFormat,
): Promise<FileReport> {
  const missing = new Set(required);
  let isComplete = true; // chunks behind samples without a size are not found
  for await (const chunk of chunks) {
    missing.delete(chunk.id);
    isComplete &&= !chunk.isOpen;
    if (!kept.has(chunk.id)) blankChunk(file, chunk, unusedId);
  }
  if (missing.size > 0) throw new MalformedFileError();
  return { isComplete, hasVideo: false, hasAudio: true };
}

/** Removes the metadata of WAV (LIST INFO, ID3, broadcast and XML chunks). */
export function removeWavMetadata(file: PatchedFile): Promise<FileReport> {
  const format = { kept: WAV_CHUNKS, required: ['fmt ', 'data'], unusedId: 'JUNK' };
  return removeAudioChunks(file, listChunks(file, 12, file.size, RIFF, WAV_CHUNKS), format);
}

/** Removes the metadata of AIFF: names, authors, annotations, ID3. */
export function removeAiffMetadata(file: PatchedFile): Promise<FileReport> {
  const format = { kept: AIFF_CHUNKS, required: ['COMM', 'SSND'], unusedId: 'JUNK' };
  return removeAudioChunks(file, listChunks(file, 12, file.size, AIFF, AIFF_CHUNKS), format);
}

/** Removes the metadata of Core Audio Format: information, strings, extensions. */
export function removeCafMetadata(file: PatchedFile): Promise<FileReport> {
  const format = { kept: CAF_CHUNKS, required: ['desc', 'data'], unusedId: 'free' };
  return removeAudioChunks(file, listChunks(file, 8, file.size, CAF, CAF_CHUNKS), format);
}

/** Exif with the orientation only; undefined when the image is upright. */
async function findOrientationExif(file: PatchedFile, { body, end }: Chunk): Promise<Buffer | undefined> {
  return keepOrientation(await file.read(body, end - body));
}

/** Removes Exif except for the orientation, XMP, unknown chunks and appended bytes of WebP. */
export async function removeWebpMetadata(file: PatchedFile): Promise<FileReport> {
  const size = (await file.read(4, 4)).readUInt32LE(0);
  const end = Math.min(8 + size + toEven(size), file.size);
  let isAnimated = false;
  let header: Chunk | undefined;
  let hasExif = false;
  let flags = 0;
  for await (const chunk of listChunks(file, 12, end, RIFF, WEBP_CHUNKS)) {
    isAnimated ||= chunk.id === 'ANIM';
    if (chunk.id === 'VP8X') header = chunk;
    const exif = chunk.id === 'EXIF' && !hasExif ? await findOrientationExif(file, chunk) : undefined;
    hasExif ||= chunk.id === 'EXIF';
    if (exif) flags = WEBP_EXIF;
    if (!WEBP_CHUNKS.has(chunk.id)) blankChunk(file, chunk, exif ? chunk.id : 'JUNK');
    if (exif) file.write(chunk.body, exif);
  }
  if (header) {
    const former = (await file.read(header.body, 1)).readUInt8(0);
    file.write(header.body, Buffer.from([(former & ~(WEBP_EXIF | WEBP_XMP)) | flags]));
  }
  file.truncate(end);
  return { isComplete: true, isAnimated };
}

/** Removes texts, Exif except for the orientation, times, private chunks and appended bytes of PNG. */
export async function removePngMetadata(file: PatchedFile, seen: FileReport): Promise<FileReport> {
  let isAnimated = false;
  let hasExif = false;
  for await (const chunk of listChunks(file, 8, file.size, PNG, PNG_CHUNKS)) {
    isAnimated ||= chunk.id === 'acTL';
    seen.isAnimated = isAnimated;
    if (!PNG_CHUNKS.has(chunk.id)) {
      if (isCritical(chunk)) throw new MalformedFileError();
      const exif = chunk.id === 'eXIf' && !hasExif ? await findOrientationExif(file, chunk) : undefined;
      hasExif ||= chunk.id === 'eXIf';
      const id = exif ? chunk.id : PNG_UNUSED;
      blankChunk(file, chunk, id);
      if (exif) file.write(chunk.body, exif);
      if (file.has(chunk.end, 4)) file.write(chunk.end, toChecksum(chunk, id, exif));
    }
    if (chunk.id === 'IEND') {
      file.truncate(chunk.end + 4);
      break;
    }
  }
  return { isComplete: true, isAnimated };
}

/** Whether decoders of PNG need a chunk: its id begins with a capital letter. */
function isCritical({ id }: Chunk): boolean {
  return /^[A-Z]/.test(id);
}

/** Checksum of a blanked chunk: of its id, what is kept, and zeros. */
function toChecksum({ body, end }: Chunk, id: string, kept: Buffer = Buffer.alloc(0)): Buffer {
  let checksum = crc32(kept, crc32(id));
  for (let left = end - body - kept.length; left > 0; left -= ZEROS.length)
    checksum = crc32(ZEROS.subarray(0, Math.min(left, ZEROS.length)), checksum);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(checksum);
  return bytes;
}

const CHUNK_ID = /^[\x20-\x7e]{4}$/;
/** Sizes of the samples that recorders write before they know them. */
const UNKNOWN_SIZES = new Set([-1, 0, 0xffff_ffff]);

/** Chunks of a range. The last one of a truncated file ends with it. */
async function* listChunks(
  file: PatchedFile,
  start: number,
  end: number,
  { headBytes, idAt, readSize, tailBytes, isPadded = false }: ChunkLayout,
  knownIds: Set<string>,
): AsyncGenerator<Chunk> {
  for (let at = start; at + headBytes <= end;) {
    const head = await file.read(at, headBytes);
    const id = head.toString('latin1', idAt, idAt + 4);
    let size = readSize(head);
    const body = at + headBytes;
    const hasSize = id !== 'data' || !UNKNOWN_SIZES.has(size);
    // In Core Audio Format, samples with the size -1 are the last chunk.
    const isOpen = !hasSize && size !== -1;
    if (!hasSize) size = end - body;
    if (!CHUNK_ID.test(id) || size < 0) throw new MalformedFileError();
    yield { id, idAt: at + idAt, body, end: Math.min(body + size, end), isOpen };
    at = body + size;
    const isUnpadded = isPadded && size % 2 === 1 && (await hasKnownId(file, at, knownIds));
    if (!isUnpadded) at += tailBytes(size);
  }
}

/** Whether a chunk follows without padding, as some programs write chunks of odd size. */
async function hasKnownId(file: PatchedFile, at: number, knownIds: Set<string>): Promise<boolean> {
  if (!file.has(at, 4)) return false;
  const id = await file.readCode(at);
  return knownIds.has(id) || METADATA_CHUNKS.has(id);
}

function blankChunk(file: PatchedFile, { idAt, body, end }: Chunk, unusedId: string): void {
  file.write(idAt, unusedId);
  file.blank(body, end);
}
