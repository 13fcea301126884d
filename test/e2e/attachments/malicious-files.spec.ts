import sharp from 'sharp';
import { uploadAttachment } from '../../../src/modules/attachments/attachments.contract.js';
import { ImageProcessor } from '../../../src/modules/attachments/image-processor.js';
import { expectData, restTransport } from '../../support/clients/transports.js';
import { createBlankPng, MP4, createTextFile, createImage } from '../../support/uploads/sample-files.js';
import { createUser, startTestServer } from '../../support/servers/test-server.js';
import { UploadFixture } from '../../support/uploads/upload-fixture.js';

const SCRIPT = '<html><script>alert(document.domain)</script></html>';
/** Signature of a ZIP file. */
const ARCHIVE = Buffer.concat([Buffer.from('504b0304140000000000', 'hex'), Buffer.from('secret.txt')]);

/** Headers of a file that no browser displays. */
const DOWNLOAD = {
  'content-type': 'application/octet-stream',
  'content-disposition': expect.stringMatching(/^attachment; /) as string,
  'x-content-type-options': 'nosniff',
  'content-security-policy': "sandbox; default-src 'none'",
};

describe('A malicious file', () => {
  let fixture: UploadFixture;

  beforeAll(async () => (fixture = await UploadFixture.create()));
  beforeEach(() => fixture.deleteAttachments());
  afterAll(() => fixture.server.stop());

  it.each([
    ['a page', 'image/png', Buffer.from(SCRIPT)],
    ['an SVG image', 'image/png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a page', 'video/mp4', Buffer.from(SCRIPT)],
    ['a PDF', 'image/jpeg', Buffer.from('%PDF-1.7\n%%EOF')],
    ['a program', 'audio/mpeg', Buffer.from('7f454c4602010100', 'hex')],
  ])('that is %s with the media type %s is a download of bytes', async (_title, type, bytes) => {
    const { answer, bytes: served } = await fixture.uploadAndDownload({ name: 'a', bytes, type });
    expect(Object.fromEntries(answer.headers)).toMatchObject(DOWNLOAD);
    expect(served).toEqual(bytes);
  });

  async function expectDownload(bytes: Buffer, mimeType: unknown): Promise<void> {
    const file = { name: 'a', bytes };
    expect(await fixture.upload(file)).toMatchObject({
      kind: 'file',
      mimeType,
      width: null,
      hasThumbnail: false,
    });
    const { answer, bytes: served } = await fixture.uploadAndDownload(file);
    expect(Object.fromEntries(answer.headers)).toMatchObject(DOWNLOAD);
    expect(served).toEqual(bytes);
  }

  it.each(['image/jpeg', 'application/pdf', 'text/html'])(
    'that is a video with the media type %s is served as a video',
    async (type) => {
      const { answer } = await fixture.uploadAndDownload({ name: 'a', bytes: MP4, type });
      expect(answer.headers.get('content-type')).toBe('video/mp4');
    },
  );

  it('that is a picture with the media type of a page is served as a picture', async () => {
    const { bytes } = await createImage('png');
    const { answer } = await fixture.uploadAndDownload({ name: 'a.html', bytes, type: 'text/html' });
    expect(answer.headers.get('content-type')).toBe('image/png');
  });

  it.each([
    ['HEIC', '0000001c66747970686569630000000068656963', 'image/heic'],
    ['TIFF', '49492a0008000000000000000000000000000000', 'image/tiff'],
    ['BMP', `424d${'00'.repeat(12)}28${'00'.repeat(60)}`, 'image/bmp'],
    ['an icon', `00000100${'00'.repeat(60)}`, 'image/x-icon'],
    ['a layered picture', `38425053${'00'.repeat(60)}`, 'image/vnd.adobe.photoshop'],
    ['JPEG XL', `ff0a${'00'.repeat(60)}`, 'image/jxl'],
  ])('in a picture format that cannot be displayed is a download: %s', async (_title, hex, mimeType) => {
    await expectDownload(Buffer.from(hex, 'hex'), mimeType);
  });

  it.each([
    ['GIF', Buffer.from(`GIF89a/*${'\0'.repeat(40)}*/=1;alert(document.domain)`)],
    ['JPEG', Buffer.concat([Buffer.from('ffd8ffe000104a46494600', 'hex'), Buffer.from(SCRIPT)])],
    ['PNG', Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from(`....IHDR${SCRIPT}`)])],
    ['WebP', Buffer.from(`RIFF\x40\0\0\0WEBPVP8 ${SCRIPT}`)],
    ['AVIF', Buffer.concat([Buffer.from('0000001c6674797061766966', 'hex'), Buffer.from(SCRIPT)])],
  ])('that only starts like a %s is a download', async (format, bytes) => {
    await expectDownload(bytes, format === 'PNG' ? expect.any(String) : `image/${format.toLowerCase()}`);
  });

  it('may be a text that starts like an obsolete picture format', async () => {
    expect(
      (await fixture.uploadAndDownload(createTextFile('BMW is a company in Munich'))).bytes.toString(),
    ).toMatch(/^BMW is/);
  });

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)(
    'that is a %s followed by other content is served as the picture only',
    async (format) => {
      const { bytes, ...file } = await createImage(format, 60, 40);
      const both = Buffer.concat([bytes, Buffer.from(SCRIPT), ARCHIVE]);
      const { answer, bytes: served } = await fixture.uploadAndDownload({ ...file, bytes: both });
      expect(served.toString('latin1')).not.toMatch(/script|secret\.txt/);
      expect(answer.headers.get('content-type')).toBe(`image/${format}`);
      expect(await sharp(served).metadata()).toMatchObject({ width: 60, height: 40 });
    },
  );

  it('that is both a GIF and a script is served as the picture only', async () => {
    const gif = (await createImage('gif', 60, 40)).bytes;
    const comment = Buffer.from(`*/=1;alert(document.domain)/*`);
    const block = Buffer.concat([Buffer.from([0x21, 0xfe, comment.length]), comment, Buffer.from([0])]);
    const palette = 3 * 2 ** ((gif[10]! & 7) + 1);
    const head = 13 + (gif[10]! & 0x80 ? palette : 0);
    const both = Buffer.concat([gif.subarray(0, head), block, gif.subarray(head)]);
    expect((await sharp(both).metadata()).width).toBe(60);
    const { bytes } = await fixture.uploadAndDownload({ name: 'a.gif', bytes: both });
    expect(bytes.toString('latin1')).not.toContain('alert');
  });

  it('with a comment, a profile or a text inside of a picture loses them', async () => {
    const { bytes } = await createImage('jpeg', 60, 40);
    const comment = Buffer.from(SCRIPT);
    const segment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, comment.length + 2]), comment]);
    const both = Buffer.concat([bytes.subarray(0, 2), segment, bytes.subarray(2)]);
    const { bytes: served } = await fixture.uploadAndDownload({ name: 'a.jpg', bytes: both });
    expect(served.toString('latin1')).not.toContain('script');
  });

  it.each([
    ['a page', 'a.html', 'text/html', SCRIPT],
    [
      'an SVG image',
      'a.svg',
      'image/svg+xml',
      `<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`,
    ],
    [
      'an XHTML document',
      'a.xml',
      'application/xml',
      `<?xml version="1.0"?><a xmlns="http://www.w3.org/1999/xhtml"/>`,
    ],
    ['a script', 'a.js', 'text/javascript', 'alert(1)'],
    ['a PDF that contains HTML', 'a.pdf', 'application/pdf', `%PDF-1.7\n${SCRIPT}`],
  ])(
    'that is %s is served as a download of bytes that no browser renders',
    async (_title, name, type, text) => {
      const { answer, bytes } = await fixture.uploadAndDownload({ name, bytes: Buffer.from(text), type });
      expect(bytes.toString()).toBe(text);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        ...DOWNLOAD,
        'content-disposition': `attachment; filename="${name}"`,
      });
    },
  );

  it('of 65,000 × 65,000 pixels is a download, without allocating its memory', async () => {
    const bytes = await createBlankPng(65_000, 65_000);
    const before = process.memoryUsage().rss;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss - before)), 1);
    const large = await startTestServer();
    try {
      const { token } = await createUser(large, 'bob');
      const file = { name: 'a.png', bytes };
      const attachment = await expectData(
        restTransport(large.url, token).request(uploadAttachment, { file }),
      );
      expect(attachment).toMatchObject({ kind: 'file', size: bytes.length, hasThumbnail: false });
    } finally {
      clearInterval(watch);
      await large.stop();
    }
    expect(most).toBeLessThan(150 * 2 ** 20);
  });

  it('is not reported as invalid after an error of the disk', async () => {
    const processing = new ImageProcessor().processImage('user', '/dev/null/received', 'image/webp');
    await expect(processing).rejects.toThrow('File storage is unavailable');
  });

  it.each([16, 24 * 1_000 + 16])(
    'that is a WebP of more than 1,000 frames is a download at once, also with frames declared as %d bytes long',
    async (length) => {
      const frame = Buffer.concat([Buffer.from('ANMF'), Buffer.alloc(4 + 16)]);
      frame.writeUInt32LE(length, 4);
      const head = Buffer.from(`RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02${'\0'.repeat(9)}`, 'latin1');
      const bytes = Buffer.concat([head, ...Array<Buffer>(1_001).fill(frame)]);
      bytes.writeUInt32LE(bytes.length - 8, 4);
      expect(await fixture.upload({ name: 'a.webp', bytes })).toMatchObject({ kind: 'file' });
    },
  );

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['/home/ann/notes.txt', 'notes.txt'],
    ['C:\\fakepath\\photo.txt', 'photo.txt'],
    ['docs/2026/', '2026'],
    ['..\\..', 'file'],
    ['\u200b', 'file'],
    ['a\u0085b.txt', 'a b.txt'],
    ['gpj\u202e.exe', 'gpj.exe'],
    ['a%22b%0D%0A.txt', 'a"b .txt'],
    [`${'x'.repeat(300)}.jpeg`, `${'x'.repeat(250)}.jpeg`],
    [`a.${'👍🏽'.repeat(130)}`, `a.${'👍🏽'.repeat(126)}`],
  ])('named %j is named %j', async (name, cleaned) => {
    expect(await fixture.upload(createTextFile('Hello', name))).toMatchObject({ filename: cleaned });
  });
});
