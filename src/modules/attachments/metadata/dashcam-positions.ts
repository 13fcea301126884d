import type { Box } from './iso-media-boxes.js';
import type { PatchedFile } from './patched-file.js';

/** Bytes before the entries of a table: its version and its length. */
const TABLE_HEAD_BYTES = 8;
/** Position and size of a block, of four bytes each. */
const ENTRY_BYTES = 8;
/** Start of a block, behind its size. */
const BLOCK_TYPE = 'freeGPS ';
const BLOCK_HEAD_BYTES = 4 + BLOCK_TYPE.length;

/**
 * Fills the positions of a dashboard camera with zeros. Its `gps ` box is a table of blocks between the samples. False when an
 * entry names something else than a block, or the blocks are not in the order of the file, which bounds the bytes read.
 */
export async function blankDashcamPositions(file: PatchedFile, table: Box): Promise<boolean> {
  const entries = Buffer.from(await file.read(table.body, table.end - table.body));
  let previousEnd = 0;
  for (let entry = TABLE_HEAD_BYTES; entry + ENTRY_BYTES <= entries.length; entry += ENTRY_BYTES) {
    const [at, size] = [entries.readUInt32BE(entry), entries.readUInt32BE(entry + 4)];
    if (at === 0 && size === 0) continue;
    if (at < previousEnd || size < BLOCK_HEAD_BYTES || !file.has(at, size)) return false;
    if ((await file.read(at + 4, BLOCK_TYPE.length)).toString('latin1') !== BLOCK_TYPE) return false;
    previousEnd = at + size;
    file.blank(at + BLOCK_HEAD_BYTES, previousEnd);
  }
  return true;
}
