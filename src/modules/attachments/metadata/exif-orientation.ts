/** Length of a TIFF file with a directory of one entry. */
const TIFF_BYTES = 26;
const ORIENTATION_TAG = 0x0112;

const ENTRY_BYTES = 12;

/** Identifier before Exif in JPEG, and of some encoders in other formats. */
export const EXIF_PREFIX = 'Exif\0\0';

/**
 * Exif (a TIFF file) with the orientation as its only entry, to be written over a longer one. Undefined when the image is
 * upright.
 */
export function keepOrientation(exif: Buffer): Buffer | undefined {
  const prefix = exif.toString('latin1', 0, EXIF_PREFIX.length) === EXIF_PREFIX ? EXIF_PREFIX : '';
  const orientation = findOrientation(exif.subarray(prefix.length));
  if (!orientation || exif.length < prefix.length + TIFF_BYTES) return undefined;
  const kept = Buffer.alloc(prefix.length + TIFF_BYTES);
  kept.write(prefix + 'MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0', 'latin1');
  kept.writeUInt8(orientation, prefix.length + 19);
  return kept;
}

/** Orientation in the first directory, unless it is the usual one. */
function findOrientation(tiff: Buffer): number | undefined {
  const isLittleEndian = tiff.toString('latin1', 0, 2) === 'II';
  const readInt = (at: number, bytes: number): number =>
    at + bytes > tiff.length ? 0 : isLittleEndian ? tiff.readUIntLE(at, bytes) : tiff.readUIntBE(at, bytes);
  const directory = readInt(4, 4);
  // A directory may announce more entries than its bytes hold.
  const end = Math.min(directory + 2 + ENTRY_BYTES * readInt(directory, 2), tiff.length);
  for (let entry = directory + 2; entry + ENTRY_BYTES <= end; entry += ENTRY_BYTES) {
    if (readInt(entry, 2) !== ORIENTATION_TAG) continue;
    const value = readInt(entry + 8, 2);
    return value >= 2 && value <= 8 ? value : undefined;
  }
  return undefined;
}
