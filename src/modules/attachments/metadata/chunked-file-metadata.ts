import { crc32 } from 'node:zlib';
import { keepOrientation } from './exif-orientation.js';
import { MalformedFileError, type FileReport, type PatchedFile } from './patched-file.js';

/** Chunk of a file that is a list of chunks. */
interface Chunk {
  id: string;
  idAt: number;
  body: number;
  end: number;
}

/** Layout of a chunk: head length, size field, position of the id, bytes after the content. */
interface ChunkLayout {
  headBytes: number;
  idAt: number;
  readSize: (head: Buffer) => number;
  tailBytes: (size: number) => number;
}

const toEven = (size: number): number => size % 2;
const RIFF: ChunkLayout = {
  headBytes: 8,
  idAt: 0,
  readSize: (head) => head.readUInt32LE(4),
  tailBytes: toEven,
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
const AUDIO: FileReport = { isComplete: true, hasVideo: false, hasAudio: true };

/** Removes the metadata of WAV (LIST INFO, ID3, broadcast and XML chunks). */
export async function removeWavMetadata(file: PatchedFile): Promise<FileReport> {
  for await (const chunk of listChunks(file, 12, file.size, RIFF)) {
    if (!WAV_CHUNKS.has(chunk.id)) blankChunk(file, chunk, 'JUNK');
  }
  return AUDIO;
}

/** Removes the metadata of AIFF: names, authors, annotations, ID3. */
export async function removeAiffMetadata(file: PatchedFile): Promise<FileReport> {
  for await (const chunk of listChunks(file, 12, file.size, AIFF)) {
    if (!AIFF_CHUNKS.has(chunk.id)) blankChunk(file, chunk, 'JUNK');
  }
  return AUDIO;
}

/** Removes the metadata of Core Audio Format: information, strings, extensions. */
export async function removeCafMetadata(file: PatchedFile): Promise<FileReport> {
  for await (const chunk of listChunks(file, 8, file.size, CAF)) {
    if (!CAF_CHUNKS.has(chunk.id)) blankChunk(file, chunk, 'free');
  }
  return AUDIO;
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
  let flags = 0;
  for await (const chunk of listChunks(file, 12, end, RIFF)) {
    isAnimated ||= chunk.id === 'ANIM';
    if (chunk.id === 'VP8X') header = chunk;
    const exif = chunk.id === 'EXIF' ? await findOrientationExif(file, chunk) : undefined;
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
export async function removePngMetadata(file: PatchedFile): Promise<FileReport> {
  let isAnimated = false;
  for await (const chunk of listChunks(file, 8, file.size, PNG)) {
    isAnimated ||= chunk.id === 'acTL';
    if (!PNG_CHUNKS.has(chunk.id)) {
      const exif = chunk.id === 'eXIf' ? await findOrientationExif(file, chunk) : undefined;
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
  { headBytes, idAt, readSize, tailBytes }: ChunkLayout,
): AsyncGenerator<Chunk> {
  for (let at = start; at + headBytes <= end;) {
    const head = await file.read(at, headBytes);
    const id = head.toString('latin1', idAt, idAt + 4);
    let size = readSize(head);
    const body = at + headBytes;
    if (id === 'data' && UNKNOWN_SIZES.has(size)) size = end - body;
    if (!CHUNK_ID.test(id) || size < 0) throw new MalformedFileError();
    yield { id, idAt: at + idAt, body, end: Math.min(body + size, end) };
    at = body + size + tailBytes(size);
  }
}

function blankChunk(file: PatchedFile, { idAt, body, end }: Chunk, unusedId: string): void {
  file.write(idAt, unusedId);
  file.blank(body, end);
}
