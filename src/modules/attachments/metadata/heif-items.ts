import { findBox, listBoxes, readFullBox, type Box } from './iso-media-boxes.js';
import { MalformedFileError, type PatchedFile } from './patched-file.js';

/** Item types that hold metadata: Exif, and XMP as a media type. */
const METADATA_TYPES = new Set(['Exif', 'mime', 'uri ']);

/** Items and extents of an image together. An image of 10,000 tiles has 2 gigapixels. */
const MAX_LOCATIONS = 10_000;

/** Construction methods of an item location (ISO 14496-12, 8.11.3). */
const [IN_FILE, IN_ITEM_DATA] = [0, 1];

interface ItemLocation {
  id: number;
  method: number;
  /** Ranges relative to the file or to the item data. */
  extents: { at: number; length: number }[];
}

/** Fills the metadata items of a HEIF or AVIF image with zeros. False when an item cannot be located. */
export async function blankMetadataItems(file: PatchedFile, meta: Box): Promise<boolean> {
  const content = { body: meta.body + 4, end: meta.end };
  const [information, locations] = [
    await findBox(file, content, 'iinf'),
    await findBox(file, content, 'iloc'),
  ];
  if (!information || !locations) throw new MalformedFileError();
  const ids = await listMetadataIds(file, information);
  const itemData = await findBox(file, content, 'idat');
  let isComplete = true;
  for (const { id, method, extents } of await listItemLocations(file, locations)) {
    if (!ids.has(id)) continue;
    const base = method === IN_FILE ? 0 : method === IN_ITEM_DATA ? itemData?.body : undefined;
    for (const { at, length } of extents) {
      if (base === undefined || length === 0) isComplete = false;
      else file.blank(base + at, base + at + length);
    }
  }
  return isComplete;
}

async function listMetadataIds(file: PatchedFile, information: Box): Promise<Set<number>> {
  const { version } = await readFullBox(file, information);
  const ids = new Set<number>();
  const first = information.body + (version === 0 ? 6 : 8);
  for await (const entry of listBoxes(file, first, information.end)) {
    const { version: entryVersion, content } = await readFullBox(file, entry);
    if (entry.type !== 'infe' || entryVersion < 2) continue;
    const idBytes = entryVersion === 2 ? 2 : 4;
    const type = content.toString('latin1', idBytes + 2, idBytes + 6);
    if (METADATA_TYPES.has(type)) ids.add(content.readUIntBE(0, idBytes));
  }
  return ids;
}

async function listItemLocations(file: PatchedFile, box: Box): Promise<ItemLocation[]> {
  const { version, content } = await readFullBox(file, box);
  let at = 0;
  const next = (bytes: number): number => {
    const value =
      bytes === 0 ? 0 : bytes === 8 ? Number(content.readBigUInt64BE(at)) : content.readUIntBE(at, bytes);
    at += bytes;
    return value;
  };
  const sizes = next(2);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version === 0 ? 0 : sizes & 15;
  if ([offsetBytes, lengthBytes, baseBytes, indexBytes].some((bytes) => ![0, 4, 8].includes(bytes)))
    throw new MalformedFileError();
  const locations: ItemLocation[] = [];
  let count = 0;
  for (let left = next(version < 2 ? 2 : 4); left > 0; left--) {
    const id = next(version < 2 ? 2 : 4);
    const method = version === 0 ? IN_FILE : next(2) & 15;
    next(2); // data reference
    const base = next(baseBytes);
    const extentCount = next(2);
    count += 1 + extentCount;
    // An extent without a length is the whole file, so an item has one of them at most.
    if (count > MAX_LOCATIONS || (lengthBytes === 0 && extentCount > 1)) throw new MalformedFileError();
    const extents = Array.from({ length: extentCount }, () => {
      next(indexBytes);
      return { at: base + next(offsetBytes), length: next(lengthBytes) };
    });
    locations.push({ id, method, extents });
  }
  return locations;
}
