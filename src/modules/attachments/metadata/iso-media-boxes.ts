import { MalformedFileError, type PatchedFile } from './patched-file.js';

/** Box of an ISO base media file (ISO 14496-12), an atom in QuickTime. */
export interface Box {
  type: string;
  start: number;
  /** Position after the header. */
  body: number;
  end: number;
}

const BOX_TYPE = /^[\x20-\x7e\xa9]{4}$/;

/** Boxes of a range. A box of the file may end with it: a truncated recording. Zeros after the last box are cut off. */
export async function* listBoxes(file: PatchedFile, start: number, end: number): AsyncGenerator<Box> {
  const isFile = start === 0;
  for (let at = start; at + 8 <= end;) {
    const head = await file.read(at, 8);
    const type = head.toString('latin1', 4);
    let [size, body] = [head.readUInt32BE(0), at + 8];
    if (size === 0 && !isFile) return; // ends a list of QuickTime
    if (isFile && (await isZeroTail(file, at))) return file.truncate(at);
    if (size === 0) size = end - at;
    else if (size === 1) {
      size = Number((await file.read(body, 8)).readBigUInt64BE());
      body += 8;
    }
    if (!BOX_TYPE.test(type) || size < body - at || (at + size > end && !isFile))
      throw new MalformedFileError();
    const boxEnd = Math.min(at + size, end);
    yield { type, start: at, body, end: boxEnd };
    at = boxEnd;
  }
}

/** Whether a file contains zeros only from a position on. */
async function isZeroTail(file: PatchedFile, start: number): Promise<boolean> {
  for (let at = start; at < file.size;) {
    const block = await file.readBlock(at, 1);
    if (block.some((byte) => byte !== 0)) return false;
    at += block.length;
  }
  return true;
}

/** First box of a type in a range. */
export async function findBox(
  file: PatchedFile,
  { body, end }: Pick<Box, 'body' | 'end'>,
  type: string,
): Promise<Box | undefined> {
  for await (const box of listBoxes(file, body, end)) if (box.type === type) return box;
  return undefined;
}

/** Replaces a box by free space of the same size. */
export function freeBox(file: PatchedFile, { start, body, end }: Box): void {
  file.blank(body, end);
  file.write(start + 4, 'free');
}

/** Content of a box after version and flags. */
export async function readFullBox(
  file: PatchedFile,
  { body, end }: Box,
): Promise<{ version: number; content: Buffer }> {
  const bytes = await file.read(body, end - body);
  return { version: bytes.readUInt8(0), content: bytes.subarray(4) };
}

/** Fills the samples of a track with zeros, found by its sample tables (ISO 14496-12, 8.7). */
export async function blankSamples(file: PatchedFile, stbl: Box): Promise<void> {
  const tables = new Map<string, Buffer>();
  for await (const box of listBoxes(file, stbl.body, stbl.end))
    if (['stsz', 'stsc', 'stco', 'co64'].includes(box.type))
      tables.set(box.type, (await readFullBox(file, box)).content);
  const [sizes, runs, offsets] = [tables.get('stsz'), tables.get('stsc'), tables.get('stco')];
  const longOffsets = tables.get('co64');
  if (!sizes || !runs || !(offsets ?? longOffsets)) throw new MalformedFileError();
  const chunkCount = (offsets ?? longOffsets)!.readUInt32BE(0);
  const fixedSize = sizes.readUInt32BE(0);
  let [sample, run] = [0, 0];
  for (let chunk = 1; chunk <= chunkCount; chunk++) {
    if (run + 1 < runs.readUInt32BE(0) && runs.readUInt32BE(4 + (run + 1) * 12) <= chunk) run++;
    const count = runs.readUInt32BE(8 + run * 12);
    let length = fixedSize * count;
    for (let index = 0; fixedSize === 0 && index < count; index++)
      length += sizes.readUInt32BE(8 + 4 * (sample + index));
    sample += count;
    const at = offsets
      ? offsets.readUInt32BE(4 * chunk)
      : Number(longOffsets!.readBigUInt64BE(8 * chunk - 4));
    file.blank(at, at + length);
  }
}
