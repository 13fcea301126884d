import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectContentType } from '../file-kinds.js';
import { MetadataRemoval } from './metadata-removal.js';
import type { FileReport } from './patched-file.js';

let directory: string;

beforeAll(async () => (directory = await mkdtemp(join(tmpdir(), 'metadata-'))));
afterAll(() => rm(directory, { recursive: true }));

async function writeSample(bytes: Buffer): Promise<string> {
  const path = join(directory, 'file');
  await writeFile(path, bytes);
  return path;
}

async function removeMetadata(
  mimeType: string,
  bytes: Buffer,
): Promise<{ report: FileReport; isRemoved: boolean; cleaned: Buffer }> {
  const path = await writeSample(bytes);
  const removal = await MetadataRemoval.plan(path, mimeType);
  const isRemoved = await removal.apply(true);
  return { report: removal.report, isRemoved, cleaned: await readFile(path) };
}

/** Chunk of RIFF without padding. */
function riffChunk(id: string, content: Buffer, size = content.length): Buffer {
  const head = Buffer.from(`${id}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(size, 4);
  return Buffer.concat([head, content]);
}

function toWav(...chunks: Buffer[]): Buffer {
  const content = Buffer.concat(chunks);
  return riffChunk('RIFF', Buffer.concat([Buffer.from('WAVE'), content]));
}

const FORMAT = riffChunk('fmt ', Buffer.alloc(16, 1));
const SAMPLES = Buffer.from('The samples of the sound');
const SECRET = 'A secret of 17 B.';
const LIST = riffChunk('LIST', Buffer.from(SECRET));

describe('A WAV file', () => {
  it('keeps its samples behind a chunk of odd size without padding', async () => {
    const { isRemoved, cleaned } = await removeMetadata(
      'audio/wav',
      toWav(FORMAT, LIST, riffChunk('data', SAMPLES)),
    );
    expect(isRemoved).toBe(true);
    expect(cleaned.includes(riffChunk('data', SAMPLES))).toBe(true);
    expect(cleaned.includes(SECRET)).toBe(false);
  });

  it('keeps its samples behind a padded chunk of odd size', async () => {
    const padding = Buffer.alloc(1);
    const bytes = toWav(FORMAT, LIST, padding, riffChunk('data', SAMPLES));
    const { isRemoved, cleaned } = await removeMetadata('audio/wav', bytes);
    expect(isRemoved).toBe(true);
    expect(cleaned.includes(riffChunk('data', SAMPLES))).toBe(true);
    expect(cleaned.includes(SECRET)).toBe(false);
  });

  it('keeps its bytes when no samples are found', async () => {
    const bytes = toWav(FORMAT, riffChunk('LIST', SAMPLES, 400));
    const { isRemoved, cleaned } = await removeMetadata('audio/wav', bytes);
    expect(isRemoved).toBe(false);
    expect(cleaned).toEqual(bytes);
  });
});

describe('A recording without the size of its samples', () => {
  it.each([0, 0xffff_ffff])('may keep metadata behind them (size %d)', async (size) => {
    const bytes = toWav(FORMAT, riffChunk('data', SAMPLES, size), LIST);
    const { isRemoved, cleaned } = await removeMetadata('audio/wav', bytes);
    expect(isRemoved).toBe(false);
    expect(cleaned).toEqual(bytes);
  });
});

describe('A PNG file', () => {
  const toPng = (...ids: string[]): Buffer =>
    Buffer.concat([
      Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      ...ids.map((id) => Buffer.from(`\0\0\0\x04${id}text\0\0\0\0`, 'latin1')),
    ]);

  it.each([
    ['a damaged chunk', ['IHDR', 'tEXt', 'acTL', 'IDAT', '\x01\x02\x03\x04', 'IEND'], true],
    ['an unknown critical chunk', ['CgBI', 'IHDR', 'tEXt', 'IDAT', 'IEND'], false],
  ])('with %s keeps its bytes, and whether it is animated', async (_title, ids, isAnimated) => {
    const bytes = toPng(...ids);
    const { report, isRemoved, cleaned } = await removeMetadata('image/png', bytes);
    expect(report).toEqual({ isComplete: false, isAnimated });
    expect(isRemoved).toBe(false);
    expect(cleaned).toEqual(bytes);
  });
});

/** ID3 tag with a secret and 70,000 bytes of zeros. */
const ID3 = Buffer.concat([Buffer.from('ID3\x04\0\0\0\x04\x22\x70', 'latin1'), Buffer.alloc(70_000)]);
ID3.write('Secret', 20);

describe('A sound behind a long ID3 tag', () => {
  it.each([
    ['audio/flac', `fLaC\x84\0\0\x06Secret\xff\xf8${'\x01'.repeat(500)}`],
    ['audio/aac', `\xff\xf1${'\x50\x80'.repeat(500)}`],
    ['audio/mpeg', `\xff\xfb${'\x90\x64'.repeat(500)}`],
  ])('is detected as %s, without its tags', async (mimeType, sound) => {
    const bytes = Buffer.concat([ID3, Buffer.from(sound, 'latin1')]);
    expect(await detectContentType(await writeSample(bytes))).toEqual({ kind: 'audio', mimeType });
    const { isRemoved, cleaned } = await removeMetadata(mimeType, bytes);
    expect(isRemoved).toBe(true);
    expect(cleaned.includes('Secret')).toBe(false);
  });

  it('keeps its tags when no frame follows', async () => {
    const bytes = Buffer.concat([ID3, Buffer.from('fLaC\x84\0\0\x06Secret')]);
    expect((await removeMetadata('audio/mpeg', bytes)).cleaned).toEqual(bytes);
  });
});

/** Exif of big-endian TIFF: a count of entries, and the entries that follow it. */
function toExif(entryCount: number, entries = ''): Buffer {
  const head = Buffer.from(`Exif\0\0MM\0*\0\0\0\x08\0\0${entries}`, 'latin1');
  head.writeUInt16BE(entryCount, 14);
  return head;
}

function jpegSegment(content: Buffer): Buffer {
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

describe('A JPEG file', () => {
  const start = Buffer.from([0xff, 0xd8]);
  const end = Buffer.from([0xff, 0xd9]);

  it('with many Exif directories of too many entries is examined at once', async () => {
    const segments = Array<Buffer>(5_000).fill(jpegSegment(toExif(0xffff)));
    const path = await writeSample(Buffer.concat([start, ...segments, end]));
    const startTime = performance.now();
    const { report } = await MetadataRemoval.plan(path, 'image/jpeg');
    expect(performance.now() - startTime).toBeLessThan(2_000);
    expect(report.isComplete).toBe(true);
  });

  it('keeps the orientation of its first Exif only', async () => {
    const turned = jpegSegment(toExif(1, '\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0'));
    const mirrored = jpegSegment(toExif(1, '\x01\x12\0\x03\0\0\0\x01\0\x02\0\0\0\0\0\0'));
    const xmp = jpegSegment(Buffer.from('http://ns.adobe.com/xap/1.0/\0'));
    const bytes = Buffer.concat([start, xmp, turned, mirrored, end]);
    const { cleaned } = await removeMetadata('image/jpeg', bytes);
    const at = start.length + xmp.length;
    expect(cleaned.subarray(at, at + turned.length)).toEqual(turned);
    expect(cleaned.subarray(at + turned.length + 4, -end.length)).toEqual(Buffer.alloc(mirrored.length - 4));
  });
});
