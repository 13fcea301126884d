import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import {
  chunk,
  createAnimation,
  createBlankPng,
  createImage,
  createPhotoWithLocation,
  drawImage,
} from '../../support/uploads/sample-files.js';
import { UploadFixture } from '../../support/uploads/upload-fixture.js';

const RECORDINGS = `${__dirname}/../../support/uploads/recordings`;
const SECRET = 'Secret place';

describe('An unusual image', () => {
  let fixture: UploadFixture;

  beforeAll(async () => (fixture = await UploadFixture.create()));
  afterAll(() => fixture.server.stop());

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
    const animation = await readFile(`${RECORDINGS}/animation.png`);
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

  it('keeps its frames as an AVIF sequence', async () => {
    const bytes = await readFile(`${RECORDINGS}/animation.avif`);
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

  it('of more pixels than are encoded is shown as a WebP, without its location', async () => {
    const bytes = await drawImage(5_000, 4_000)
      .withExif({ IFD0: { ImageDescription: SECRET } })
      .webp({ effort: 0 })
      .toBuffer();
    expect(bytes.toString('latin1')).toContain(SECRET);
    const served = await expectShown(bytes, { mimeType: 'image/webp', width: 5_000, height: 4_000 });
    expect((await sharp(served).metadata()).exif).toBeUndefined();
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
