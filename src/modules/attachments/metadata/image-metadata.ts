import { EXIF_PREFIX, keepOrientation } from './exif-orientation.js';
import { MalformedFileError, type FileReport, type PatchedFile } from './patched-file.js';

/** Markers of JPEG. */
const JPEG = {
  app0: 0xe0,
  app1: 0xe1,
  app2: 0xe2,
  app14: 0xee,
  app15: 0xef,
  com: 0xfe,
  sos: 0xda,
  eoi: 0xd9,
};
const FIRST_RESTART = 0xd0;

/**
 * Removes the segments of JPEG that are not needed for display, and all that follows the image. A segment keeps its length
 * and becomes empty; Exif keeps the orientation.
 */
export async function removeJpegMetadata(file: PatchedFile): Promise<FileReport> {
  let at = 2;
  let hasExif = false;
  for (;;) {
    const [prefix, marker] = await file.read(at, 2);
    if (prefix !== 0xff) throw new MalformedFileError();
    if (marker === 0xff) at++;
    else if (marker === JPEG.eoi) break;
    else {
      const length = (await file.read(at + 2, 2)).readUInt16BE(0);
      if (length < 2) throw new MalformedFileError();
      const end = at + 2 + length;
      const isMetadata = (marker! >= JPEG.app0 && marker! <= JPEG.app15) || marker === JPEG.com;
      const exif: Buffer | undefined =
        marker === JPEG.app1 && !hasExif ? await readExif(file, at + 4, end) : undefined;
      hasExif ||= exif !== undefined;
      if (isMetadata) await blankSegment(file, marker!, at + 4, end);
      const kept = exif && keepOrientation(exif);
      if (kept) file.write(at + 4, kept);
      at = marker === JPEG.sos ? await findScanEnd(file, end) : end;
      if (at >= file.size) return { isComplete: true, isAnimated: false }; // a truncated image
    }
  }
  file.truncate(at + 2);
  return { isComplete: true, isAnimated: false };
}

/** Content of a segment with Exif. Only the first one of an image is examined, which bounds the time. */
async function readExif(file: PatchedFile, start: number, end: number): Promise<Buffer | undefined> {
  const content = await file.read(start, end - start);
  return content.toString('latin1', 0, EXIF_PREFIX.length) === EXIF_PREFIX ? content : undefined;
}

/** Keeps JFIF, color profile and the color transform of Adobe. */
async function blankSegment(file: PatchedFile, marker: number, start: number, end: number): Promise<void> {
  const content = await file.read(start, end - start);
  const text = content.toString('latin1', 0, 12);
  if (marker === JPEG.app0 && text.startsWith('JFIF\0')) return;
  if (marker === JPEG.app2 && text === 'ICC_PROFILE\0') return;
  if (marker === JPEG.app14 && text.startsWith('Adobe')) return;
  file.blank(start, end);
}

/** Position of the marker after the coded data of a scan; the size of the file when none follows. */
async function findScanEnd(file: PatchedFile, start: number): Promise<number> {
  for (let at = start; at + 1 < file.size;) {
    const block = await file.readBlock(at, 2);
    let found = block.indexOf(0xff);
    for (; found >= 0 && found + 1 < block.length; found = block.indexOf(0xff, found + 1)) {
      const next = block.readUInt8(found + 1);
      const isData = next === 0 || next === 0xff || (next >= FIRST_RESTART && next < FIRST_RESTART + 8);
      if (!isData) return at + found;
    }
    at += found < 0 ? block.length : found; // a marker may begin with the last byte
  }
  return file.size;
}

const GIF = { image: 0x2c, extension: 0x21, trailer: 0x3b, control: 0xf9, application: 0xff };
/** Application extensions with the number of repetitions. */
const LOOP_APPLICATIONS = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0']);

/** Removes comments, texts and application data of GIF, and all that follows the image. Frames and repetitions are kept. */
export async function removeGifMetadata(file: PatchedFile): Promise<FileReport> {
  let at = 13 + countPaletteBytes(await file.read(0, 13), 10);
  let frameCount = 0;
  while (file.has(at, 1)) {
    const type = (await file.read(at, 1)).readUInt8(0);
    if (type === GIF.trailer) {
      file.truncate(at + 1);
      break;
    }
    if (type === GIF.image) {
      frameCount++;
      const palette = countPaletteBytes(await file.read(at, 10), 9);
      at = await findBlocksEnd(file, at + 11 + palette);
    } else if (type === GIF.extension) {
      const end = await findBlocksEnd(file, at + 2);
      if (!(await isNeededExtension(file, at))) blankExtension(file, at + 2, end);
      at = end;
    } else throw new MalformedFileError();
  }
  return { isComplete: true, isAnimated: frameCount > 1 };
}

/** Length of the color table that a packed field announces. */
function countPaletteBytes(bytes: Buffer, at: number): number {
  const packed = bytes.readUInt8(at);
  return packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0;
}

/** Position after the blocks and their terminator; the size of a truncated file. */
async function findBlocksEnd(file: PatchedFile, start: number): Promise<number> {
  for (let at = start; file.has(at, 1);) {
    const size = (await file.read(at, 1)).readUInt8(0);
    at += 1 + size;
    if (size === 0) return at;
  }
  return file.size;
}

async function isNeededExtension(file: PatchedFile, at: number): Promise<boolean> {
  const label = (await file.read(at + 1, 1)).readUInt8(0);
  if (label !== GIF.application) return label === GIF.control;
  return file.has(at, 14) && LOOP_APPLICATIONS.has((await file.read(at + 3, 11)).toString('latin1'));
}

/** Rewrites the blocks of an extension, because the sizes of XMP blocks are letters of its text. */
function blankExtension(file: PatchedFile, start: number, end: number): void {
  file.blank(start, end);
  for (let at = start; at < end - 1;) {
    const left = end - 1 - at;
    const length = Math.min(256, left) - (left === 257 ? 1 : 0);
    file.write(at, Buffer.from([length - 1]));
    at += length;
  }
}
