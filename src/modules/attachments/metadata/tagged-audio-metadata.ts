import { MalformedFileError, type FileReport, type PatchedFile } from './patched-file.js';

const ID3_HEAD_BYTES = 10;
const ID3_HAS_FOOTER = 0x10;
const ID3V1_BYTES = 128;
const ID3V1_EXTENDED_BYTES = 227;
const APE_FOOTER_BYTES = 32;
const APE_HAS_HEADER = 0x80000000;
const LYRICS_FOOTER_BYTES = 15;

/** Block types of FLAC (RFC 9639, 8). */
const FLAC = { padding: 1, application: 2, comment: 4, picture: 6 };
const LAST_BLOCK = 0x80;

/** Removes the tags before and after a stream of MP3 or AAC: ID3v2 becomes padding, ID3v1, APEv2 and Lyrics3 are cut off. */
export async function removeAudioTags(file: PatchedFile): Promise<FileReport> {
  await requireFrame(file, await blankLeadingTags(file));
  await cutTrailingTags(file);
  return { isComplete: true, hasVideo: false, hasAudio: true };
}

/** Removes the comments, pictures and application blocks of FLAC: they become padding. */
export async function removeFlacMetadata(file: PatchedFile): Promise<FileReport> {
  let at = await blankLeadingTags(file);
  if ((await file.readCode(at)) !== 'fLaC') throw new MalformedFileError();
  at += 4;
  for (let isLast = false; !isLast;) {
    const head = await file.read(at, 4);
    const [type, length] = [head.readUInt8(0) & ~LAST_BLOCK, head.readUIntBE(1, 3)];
    isLast = (head.readUInt8(0) & LAST_BLOCK) !== 0;
    if (type === FLAC.application || type === FLAC.comment || type === FLAC.picture) {
      file.write(at, Buffer.from([FLAC.padding | (isLast ? LAST_BLOCK : 0)]));
      file.blank(at + 4, at + 4 + length);
    }
    at += 4 + length;
  }
  await cutTrailingTags(file);
  return { isComplete: true, hasVideo: false, hasAudio: true };
}

/** Fills ID3v2 tags at the start with padding. Returns the position after them. */
async function blankLeadingTags(file: PatchedFile): Promise<number> {
  let at = 0;
  while (file.has(at, ID3_HEAD_BYTES)) {
    const head = await file.read(at, ID3_HEAD_BYTES);
    const length = readId3Length(head);
    if (length === 0) break;
    file.write(at + 5, Buffer.from([0])); // no extended header, no footer
    file.blank(at + ID3_HEAD_BYTES, at + length);
    at += length;
  }
  return at;
}

/** Length of the ID3v2 tag with the given head, including its footer; 0 without a tag. */
export function readId3Length(head: Buffer): number {
  if (head.length < ID3_HEAD_BYTES || head.toString('latin1', 0, 3) !== 'ID3') return 0;
  const footerBytes = head.readUInt8(5) & ID3_HAS_FOOTER ? ID3_HEAD_BYTES : 0;
  return ID3_HEAD_BYTES + readSyncSafe(head, 6) + footerBytes;
}

/** Throws MalformedFileError unless a frame of MPEG audio follows, possibly behind zeros and one other byte. */
async function requireFrame(file: PatchedFile, start: number): Promise<void> {
  const block = await file.readBlock(start, 2);
  const first = block.findIndex((byte) => byte !== 0);
  const hasSync = (at: number): boolean => block[at] === 0xff && ((block[at + 1] ?? 0) & 0xe0) === 0xe0;
  if (!hasSync(first) && !hasSync(first + 1)) throw new MalformedFileError();
}

async function cutTrailingTags(file: PatchedFile): Promise<void> {
  let end = file.size;
  for (let before = Infinity; end < before && end > 0;) {
    before = end;
    end -= await findTrailingTag(file, end);
  }
  file.truncate(Math.max(end, 1));
}

/** Length of the tag that ends at a position; 0 without one. */
async function findTrailingTag(file: PatchedFile, end: number): Promise<number> {
  const readText = async (before: number, length: number): Promise<string> =>
    end >= before ? (await file.read(end - before, length)).toString('latin1') : '';
  if ((await readText(ID3V1_BYTES, 3)) === 'TAG') return ID3V1_BYTES;
  if ((await readText(ID3V1_EXTENDED_BYTES, 4)) === 'TAG+') return ID3V1_EXTENDED_BYTES;
  if ((await readText(ID3_HEAD_BYTES, 3)) === '3DI')
    return clamp(2 * ID3_HEAD_BYTES + readSyncSafe(await file.read(end - 4, 4), 0), end);
  if ((await readText(APE_FOOTER_BYTES, 8)) === 'APETAGEX') {
    const footer = await file.read(end - APE_FOOTER_BYTES, APE_FOOTER_BYTES);
    const head = footer.readUInt32LE(20) & APE_HAS_HEADER ? APE_FOOTER_BYTES : 0;
    return clamp(footer.readUInt32LE(12) + head, end);
  }
  const lyrics = await readText(LYRICS_FOOTER_BYTES, LYRICS_FOOTER_BYTES);
  return /^\d{6}LYRICS200$/.test(lyrics) ? clamp(Number(lyrics.slice(0, 6)) + LYRICS_FOOTER_BYTES, end) : 0;
}

function clamp(length: number, end: number): number {
  if (length > end) throw new MalformedFileError();
  return length;
}

/** Integer of four bytes with seven bits each (ID3v2). */
function readSyncSafe(bytes: Buffer, at: number): number {
  return bytes.subarray(at, at + 4).reduce((value, byte) => (value << 7) | (byte & 0x7f), 0);
}
