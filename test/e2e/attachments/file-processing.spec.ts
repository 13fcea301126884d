import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import {
  createDashcamVideo,
  createEndlessExtents,
  createHeic,
  createManyBrands,
  createNestedBoxes,
  createPositionTrackVideo,
  createRepeatedSamples,
  createUnusualContent,
} from '../../support/uploads/iso-media-samples.js';
import {
  chunk,
  createAnimation,
  createBlankPng,
  createImage,
  createPhotoWithLocation,
  drawImage,
  MP4,
} from '../../support/uploads/sample-files.js';
import { sharedServer } from '../../support/servers/shared-server.js';
import { UploadFixture } from '../../support/uploads/upload-fixture.js';

const DIRECTORY = `${__dirname}/../../support/uploads/recordings`;
/** Texts that the recordings carry: title, place, maker, model, artist, and the program that wrote them. */
const SECRETS = /Secret|52\.5163|Lavf/;

/** Recordings of ffmpeg with metadata: file, kind, media type, and the bytes with which the coded content begins. */
const RECORDINGS: readonly (readonly [file: string, mimeType: string, content: string])[] = [
  ['video.mp4', 'video/mp4', 'mdat'],
  ['fragments.mp4', 'video/mp4', 'mdat'],
  ['video.mov', 'video/quicktime', 'mdat'],
  ['video.3gp', 'video/3gpp', 'mdat'],
  ['voice.m4a', 'audio/mp4', 'mdat'],
  ['video.webm', 'video/webm', '\x1f\x43\xb6\x75'],
  ['live.webm', 'audio/webm', '\x1f\x43\xb6\x75'],
  ['video.mkv', 'video/matroska', '\x1f\x43\xb6\x75'],
  ['voice.opus', 'audio/ogg', ''],
  ['voice.ogg', 'audio/ogg', '\x05vorbis'],
  ['video.ogv', 'video/ogg', '\x82theora'],
  ['voice.flac', 'audio/flac', '\xff\xf8'],
  ['voice.mp3', 'audio/mpeg', '\xff\xe3'],
  ['voice.aac', 'audio/aac', '\xff\xf1'],
  ['voice.wav', 'audio/wav', 'data'],
  ['voice.aiff', 'audio/aiff', 'SSND'],
  ['voice.caf', 'audio/x-caf', 'data'],
];
const CONTENT_BYTES = 300;

let fixture: UploadFixture;

beforeAll(async () => (fixture = await UploadFixture.of(await sharedServer())));

describe('The metadata of an upload', () => {
  it.each(RECORDINGS)('is removed from %s, whose content stays', async (name, mimeType, content) => {
    const bytes = await readFile(`${DIRECTORY}/${name}`);
    expect(bytes.toString('latin1')).toMatch(SECRETS);
    const file = { name, bytes, type: 'application/octet-stream' };
    const { attachment, answer, bytes: served } = await fixture.uploadAndDownload(file);
    expect(attachment).toMatchObject({ mimeType, size: served.length, metadataRemoved: true });
    expect(answer.headers.get('content-type')).toBe(mimeType);
    expect(served.toString('latin1')).not.toMatch(SECRETS);
    const at = bytes.lastIndexOf(content || 'OggS', undefined, 'latin1');
    expect(at).toBeGreaterThan(0);
    expect(served.subarray(at, at + CONTENT_BYTES)).toEqual(
      bytes.subarray(at, Math.min(at + CONTENT_BYTES, served.length)),
    );
  });

  it('is removed from a track of positions, as cameras record them', async () => {
    const bytes = createPositionTrackVideo('Secret position', 'Picture');
    const { attachment, bytes: served } = await fixture.uploadAndDownload({ name: 'a.mov', bytes });
    expect(attachment).toMatchObject({ kind: 'video', size: bytes.length, metadataRemoved: true });
    expect(served.toString('latin1')).not.toMatch(/Secret/);
    expect(served.toString('latin1')).toContain('Picture');
  });

  it('is removed from the blocks that the table of a dashboard camera names', async () => {
    const bytes = createDashcamVideo('GPS Secret position');
    const { attachment, bytes: served } = await fixture.uploadAndDownload({ name: 'a.mp4', bytes });
    expect(attachment).toMatchObject({ kind: 'video', size: bytes.length, metadataRemoved: true });
    expect(served.toString('latin1')).not.toMatch(/Secret position/);
    expect(served.toString('latin1')).toContain('Picture');
  });

  it('is not removed completely by a table of a dashboard camera that names something else', async () => {
    const bytes = createDashcamVideo('Positions');
    const { attachment, bytes: served } = await fixture.uploadAndDownload({ name: 'a.mp4', bytes });
    expect(attachment).toMatchObject({ kind: 'video', metadataRemoved: false });
    expect(served.toString('latin1')).toContain('Positions');
  });

  it('is removed around unknown tracks and boxes, which may be content', async () => {
    const bytes = createUnusualContent();
    const { attachment, bytes: served } = await fixture.uploadAndDownload({ name: 'a.mov', bytes });
    expect(attachment).toMatchObject({ kind: 'video', size: bytes.length, metadataRemoved: false });
    expect(served.toString('latin1')).toMatch(/PictureNotes.*musi.*mpvdMotion/s);
    expect(served.toString('latin1')).toMatch(/uuid.{16}Projection/s);
    expect(served.toString('latin1')).not.toMatch(/Secret/);
  });

  it('is removed from a video before zeros, which are cut off', async () => {
    const bytes = createDashcamVideo('GPS Secret position');
    const padded = Buffer.concat([bytes, Buffer.alloc(100_000)]);
    const { attachment } = await fixture.uploadAndDownload({ name: 'a.mp4', bytes: padded });
    expect(attachment).toMatchObject({ kind: 'video', size: bytes.length, metadataRemoved: true });
  });

  it('is removed from a HEIC photo, which is a download', async () => {
    const bytes = await createHeic('Secret place');
    const { attachment, bytes: served } = await fixture.uploadAndDownload({ name: 'a.heic', bytes });
    expect(attachment).toMatchObject({ kind: 'file', mimeType: 'image/heic', metadataRemoved: true });
    expect(served).toHaveLength(bytes.length);
    expect(served.toString('latin1')).not.toMatch(/Secret/);
  });

  it.each([
    ['a damaged video', MP4],
    ['a video of deeply nested boxes', createNestedBoxes(1_000)],
    ['an image of endless extents', createEndlessExtents(2_000)],
    ['a video of repeated samples', createRepeatedSamples(90_000)],
    ['a video of many brands', createManyBrands(2_000)],
    ['a document', Buffer.from('%PDF-1.7\n%%EOF')],
    ['a text', Buffer.from('Hello')],
    ['a video in a format without a remover', Buffer.from(`RIFF\x40\0\0\0AVI LIST${'\0'.repeat(80)}`)],
  ])('is not removed from %s, which keeps its bytes', async (_title, bytes) => {
    const { attachment, bytes: served } = await fixture.uploadAndDownload({ name: 'a', bytes });
    expect(attachment.metadataRemoved).toBe(false);
    expect(served).toEqual(bytes);
  });

  it.each(RECORDINGS.map(([name]) => name))('keeps a %s that is cut off anywhere', async (name) => {
    const bytes = await readFile(`${DIRECTORY}/${name}`);
    for (const share of [0.2, 0.6, 0.8]) {
      const { attachment, bytes: served } = await fixture.uploadAndDownload({
        name,
        bytes: bytes.subarray(0, bytes.length * share),
      });
      expect(attachment.size).toBe(served.length);
      if (attachment.metadataRemoved) expect(served.toString('latin1')).not.toMatch(SECRETS);
    }
  });
});

const SECRET = 'Secret place';

describe('An unusual image', () => {
  async function expectShown(
    bytes: Buffer,
    expected: { mimeType: string; width: number; height: number },
  ): Promise<Buffer> {
    const { attachment, answer, bytes: served } = await fixture.uploadAndDownload({ name: 'a', bytes });
    expect(attachment).toMatchObject({
      kind: 'image',
      hasThumbnail: true,
      metadataRemoved: true,
      size: served.length,
      ...expected,
    });
    expect(answer.headers.get('content-type')).toBe(expected.mimeType);
    expect(served.toString('latin1')).not.toContain(SECRET);
    return served;
  }

  it('keeps its frames as an animated PNG, without its text', async () => {
    const animation = await readFile(`${DIRECTORY}/animation.png`);
    const text = chunk('tEXt', Buffer.from(`Comment\0${SECRET}`));
    const bytes = Buffer.concat([
      animation.subarray(0, 33),
      text,
      animation.subarray(33),
      Buffer.from(SECRET),
    ]);
    const served = await expectShown(bytes, { mimeType: 'image/png', width: 32, height: 32 });
    const frames = served.toString('latin1').match(/fcTL/g);
    expect(frames).toEqual(animation.toString('latin1').match(/fcTL/g));
    expect(await sharp(served, { failOn: 'warning' }).raw().toBuffer()).toHaveLength(32 * 32 * 3);
  });

  it('keeps its frames as an animated PNG with a damaged chunk', async () => {
    const animation = await readFile(`${DIRECTORY}/animation.png`);
    const damaged = chunk('\x01\x02\x03\x04', Buffer.from('text'));
    const bytes = Buffer.concat([animation.subarray(0, -12), damaged, animation.subarray(-12)]);
    const { attachment, bytes: served } = await fixture.uploadAndDownload({ name: 'a.png', bytes });
    expect(attachment).toMatchObject({ kind: 'image', mimeType: 'image/png', metadataRemoved: false });
    expect(served).toEqual(bytes);
  });

  it('keeps its frames as an AVIF sequence', async () => {
    const bytes = await readFile(`${DIRECTORY}/animation.avif`);
    const served = await expectShown(bytes, { mimeType: 'image/avif', width: 32, height: 32 });
    const at = bytes.indexOf('mdat');
    expect(served.subarray(at)).toEqual(bytes.subarray(at));
  });

  it('keeps its frames as a GIF of more pixels than are encoded, without its comment', async () => {
    const gif = await sharp({ create: { width: 1280, height: 720, channels: 3, background: '#345' } })
      .gif()
      .toBuffer();
    const palette = 3 * 2 ** ((gif[10]! & 7) + 1);
    const [head, frame] = [gif.subarray(0, 13 + palette), gif.subarray(13 + palette, -1)];
    const comment = Buffer.from(`\x21\xfe${String.fromCharCode(SECRET.length)}${SECRET}\0`, 'latin1');
    const frames = Array<Buffer>(100).fill(frame);
    const bytes = Buffer.concat([head, comment, ...frames, Buffer.from([0x3b]), Buffer.from(SECRET)]);
    const served = await expectShown(bytes, { mimeType: 'image/gif', width: 1280, height: 720 });
    expect((await sharp(served, { failOn: 'warning' }).metadata()).pages).toBe(100);
  });

  it('is shown as a GIF that ends early', async () => {
    const { bytes } = await createAnimation('gif', 6);
    await expectShown(bytes.subarray(0, -30), { mimeType: 'image/gif', width: 60, height: 40 });
  });

  it('of more pixels than are encoded is shown upright as a WebP, without its location', async () => {
    const bytes = await drawImage(5_000, 4_000)
      .withMetadata({ orientation: 6 })
      .withExifMerge({ IFD0: { ImageDescription: SECRET } })
      .webp({ effort: 0 })
      .toBuffer();
    expect(bytes.toString('latin1')).toContain(SECRET);
    const served = await expectShown(bytes, { mimeType: 'image/webp', width: 4_000, height: 5_000 });
    expect(await sharp(served).metadata()).toMatchObject({ width: 5_000, height: 4_000, orientation: 6 });
  });

  it('of more pixels than are encoded is shown upright as a JPEG, without its location', async () => {
    const bytes = await sharp({ create: { width: 8_200, height: 8_000, channels: 3, background: 'red' } })
      .withMetadata({ orientation: 6 })
      .withExifMerge({ IFD0: { ImageDescription: SECRET } })
      .jpeg()
      .toBuffer();
    const both = Buffer.concat([bytes, Buffer.from(SECRET)]);
    const served = await expectShown(both, { mimeType: 'image/jpeg', width: 8_000, height: 8_200 });
    expect(served).toHaveLength(bytes.length);
    expect(await sharp(served).metadata()).toMatchObject({ width: 8_200, height: 8_000, orientation: 6 });
  });

  it.each([
    [20, 20_000],
    [8_200, 8_000],
  ])('of %d × %d pixels is shown as a PNG', async (width, height) => {
    await expectShown(await createBlankPng(width, height), { mimeType: 'image/png', width, height });
  });

  it.each([
    ['a truncated JPEG', async () => (await createImage('jpeg', 600, 400)).bytes.subarray(0, -600)],
    ['a truncated PNG', async () => (await drawImage(600, 400).png().toBuffer()).subarray(0, -40)],
    [
      'a PNG with a wrong checksum of a text',
      async () => {
        const { bytes } = await createImage('png', 600, 400);
        const text = chunk('tEXt', Buffer.from(`Comment\0${SECRET}`)).subarray(0, -4);
        return Buffer.concat([bytes.subarray(0, 33), text, Buffer.alloc(4), bytes.subarray(33)]);
      },
    ],
  ])('that browsers show although it is damaged is shown: %s', async (title, create) => {
    const mimeType = title.includes('JPEG') ? 'image/jpeg' : 'image/png';
    await expectShown(await create(), { mimeType, width: 600, height: 400 });
  });

  it('that cannot be decoded is a download', async () => {
    const { bytes } = await createPhotoWithLocation(SECRET);
    const { attachment } = await fixture.uploadAndDownload({ name: 'a.jpg', bytes: bytes.subarray(0, 300) });
    expect(attachment).toMatchObject({ kind: 'file', mimeType: 'image/jpeg', hasThumbnail: false });
  });
});
