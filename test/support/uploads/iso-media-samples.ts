import { drawImage } from './sample-files.js';

/** Box of an ISO base media file. */
function box(type: string, ...parts: (Buffer | string | number[])[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : toUint32(part))),
  );
  return Buffer.concat([toUint32([body.length + 8]), Buffer.from(type, 'latin1'), body]);
}

function toUint32(values: Buffer | number[]): Buffer {
  if (Buffer.isBuffer(values)) return values;
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => bytes.writeUInt32BE(value, 4 * index));
  return bytes;
}

/** Track with one sample at a position of the file. */
function track(handler: string, at: number, length: number, ...others: Buffer[]): Buffer {
  const samples = box(
    'stbl',
    box('stsz', [0, 0, 1, length]),
    box('stsc', [0, 1, 1, 1, 1]),
    box('stco', [0, 1, at]),
  );
  const header = box('hdlr', [0, 0], handler, [0, 0, 0], 'Secret handler\0');
  return box('trak', box('mdia', header, box('minf', samples)), ...others);
}

/** QuickTime movie with a picture and with a track of positions, each of one sample. */
export function createPositionTrackVideo(position: string, picture: string): Buffer {
  const start = box('ftyp', 'qt  ', [0], 'qt  ');
  const content = box('mdat', position, picture);
  const at = start.length + 8;
  return Buffer.concat([
    start,
    content,
    box('moov', track('meta', at, position.length), track('vide', at + position.length, picture.length)),
    box('gps0', 'Secret extension'),
  ]);
}

/** Movie boxes within each other. */
export function createNestedBoxes(depth: number): Buffer {
  let nested = box('udta', 'Secret');
  for (let level = 0; level < depth; level++) nested = box('moov', nested);
  return Buffer.concat([box('ftyp', 'isom', [0], 'isom'), nested]);
}

/** AVIF image with Exif, declared by its brand as HEIC: the structure is the same. */
export async function createHeic(place: string): Promise<Buffer> {
  const bytes = await drawImage(16, 16)
    .withExif({ IFD0: { ImageDescription: place } })
    .avif({ effort: 0 })
    .toBuffer();
  bytes.write('heic', 8, 'latin1');
  return bytes;
}

/** HEIF image whose item locations are all zeros: each extent is read without a byte of the file. */
export function createEndlessExtents(items: number): Buffer {
  const item = Buffer.concat([Buffer.alloc(4), Buffer.from([0xff, 0xff])]);
  const counts = Buffer.from([0, 0, items >> 8, items & 255]);
  const locations = box('iloc', [0], counts, ...Array<Buffer>(items).fill(item));
  const information = box('iinf', [0], Buffer.alloc(2));
  return Buffer.concat([box('ftyp', 'heic', [0], 'mif1'), box('meta', [0], information, locations)]);
}

/** Movie with a track of positions whose samples are the whole file, many times. */
export function createRepeatedSamples(chunks: number): Buffer {
  const offsets = Array<number>(chunks).fill(0);
  const samples = (size: number): Buffer =>
    box(
      'stbl',
      box('stsz', [0, size, chunks]),
      box('stsc', [0, 1, 1, 1, 1]),
      box('stco', [0, chunks, ...offsets]),
    );
  const build = (size: number): Buffer => {
    const header = box('hdlr', [0, 0], 'meta', [0, 0, 0]);
    const movie = box('moov', box('trak', box('mdia', header, box('minf', samples(size)))));
    return Buffer.concat([box('ftyp', 'isom', [0], 'isom'), movie]);
  };
  return build(build(0).length);
}

/** Movie with more brands than a file has. */
export function createManyBrands(count: number): Buffer {
  return Buffer.concat([box('ftyp', 'isom'.repeat(count)), box('moov', track('vide', 0, 8))]);
}

/** Movie with content in places that are not known: a track of notes, a motion photo, and the projection of a sphere. */
export function createUnusualContent(): Buffer {
  const start = box('ftyp', 'qt  ', [0], 'qt  ');
  const projection = box('uuid', Buffer.from('ffcc8263f8554a938814587a02521fdd', 'hex'), 'Projection');
  const at = start.length + 8;
  const tracks = [track('vide', at, 7, projection), track('musi', at + 7, 5)];
  const content = box('mdat', 'Picture', 'Notes');
  return Buffer.concat([
    start,
    content,
    box('moov', ...tracks, box('udta', 'Secret')),
    box('mpvd', 'Motion'),
  ]);
}

/** Movie of a dashboard camera: a table names the block of positions between the samples. */
export function createDashcamVideo(block: string): Buffer {
  const start = box('ftyp', 'isom', [0], 'isom');
  const positions = box('free', block);
  const at = start.length + 8;
  const table = box('gps ', [0x101, 1, at, positions.length]);
  const content = box('mdat', positions, 'Picture');
  return Buffer.concat([start, content, box('moov', table, track('vide', at + positions.length, 7))]);
}
