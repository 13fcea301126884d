import sharp from 'sharp';
import { uploadAttachment } from '../../../src/modules/attachments/attachments.contract.js';
import { ImageProcessor } from '../../../src/modules/attachments/image-processor.js';
import { restTransport } from '../../support/clients/transports.js';
import {
  createBlankPng,
  listFiles,
  MP4,
  createTextFile,
  createImage,
} from '../../support/uploads/sample-files.js';
import { createUser, startTestServer } from '../../support/servers/test-server.js';
import { MAX_BYTES, UploadFixture } from '../../support/uploads/upload-fixture.js';

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
  ])(
    'in a picture format that cannot be re-encoded is rejected with the list of supported formats: %s',
    async (_title, hex, type) => {
      for (const declared of [type, 'application/octet-stream', undefined]) {
        const bytes = Buffer.from(hex, 'hex');
        const { status, detail } = await fixture.expectRejected({ name: 'a', bytes, type: declared });
        expect([declared, status, detail]).toEqual([
          declared,
          415,
          expect.stringContaining('JPEG, PNG, WebP'),
        ]);
      }
    },
  );

  it.each([
    ['GIF', Buffer.from(`GIF89a/*${'\0'.repeat(40)}*/=1;alert(document.domain)`)],
    ['JPEG', Buffer.concat([Buffer.from('ffd8ffe000104a46494600', 'hex'), Buffer.from(SCRIPT)])],
    ['PNG', Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from(`....IHDR${SCRIPT}`)])],
    ['WebP', Buffer.from(`RIFF\x40\0\0\0WEBPVP8 ${SCRIPT}`)],
    ['AVIF', Buffer.concat([Buffer.from('0000001c6674797061766966', 'hex'), Buffer.from(SCRIPT)])],
  ])('that only starts like a %s is rejected', async (_title, bytes) => {
    expect(await fixture.expectRejected({ name: 'a', bytes })).toMatchObject({
      status: 415,
      code: 'unsupported_file',
    });
  });

  it('may be a text that starts like an obsolete picture format', async () => {
    expect(
      (await fixture.uploadAndDownload(createTextFile('BMW is a company in Munich'))).bytes.toString(),
    ).toMatch(/^BMW is/);
  });

  it('that is a truncated picture is rejected', async () => {
    const { bytes } = await createImage('jpeg', 600, 600);
    expect(
      await fixture.expectRejected({ name: 'a.jpg', bytes: bytes.subarray(0, bytes.length / 2) }),
    ).toMatchObject({
      status: 415,
    });
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

  it('of 65,000 × 65,000 pixels is rejected without allocating its memory', async () => {
    const bytes = await createBlankPng(65_000, 65_000);
    expect(bytes.length).toBeLessThan(4 * MAX_BYTES);
    const before = process.memoryUsage().rss;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss - before)), 1);
    const large = await startTestServer();
    try {
      const { token } = await createUser(large, 'bob');
      const answer = await restTransport(large.url, token).request(uploadAttachment, {
        file: { name: 'a.png', bytes },
      });
      expect(answer).toMatchObject({ ok: false, error: { status: 415, code: 'unsupported_file' } });
      expect(await listFiles(large.attachmentsDir)).toEqual([]);
    } finally {
      clearInterval(watch);
      await large.stop();
    }
    expect(most).toBeLessThan(150 * 2 ** 20);
  });

  it.each([
    [20_000, 10],
    [10, 20_000],
    [9_000, 9_000],
  ])('of %d × %d pixels is rejected', async (width, height) => {
    const { status, detail } = await fixture.expectRejected({
      name: 'a.png',
      bytes: await createBlankPng(width, height),
    });
    expect([status, detail]).toEqual([415, expect.stringMatching(/^The maximum image s(ide|ize) is /)]);
  });

  it('is not reported as invalid after an error of the disk', async () => {
    const reencoding = new ImageProcessor().reencode('user', '/dev/null/received', 'image/webp');
    await expect(reencoding).rejects.toThrow('File storage is unavailable');
  });

  it('that is a WebP of 5,000 × 4,000 pixels is rejected', async () => {
    const { status, detail } = await fixture.expectRejected(await createImage('webp', 5_000, 4_000));
    expect([status, detail]).toEqual([415, expect.stringContaining('16 megapixels')]);
  });

  it.each([16, 24 * 1_000 + 16])(
    'that is a WebP of more than 1,000 frames is rejected at once, also with frames declared as %d bytes long',
    async (length) => {
      const frame = Buffer.concat([Buffer.from('ANMF'), Buffer.alloc(4 + 16)]);
      frame.writeUInt32LE(length, 4);
      const head = Buffer.from(`RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02${'\0'.repeat(9)}`, 'latin1');
      const bytes = Buffer.concat([head, ...Array<Buffer>(1_001).fill(frame)]);
      bytes.writeUInt32LE(bytes.length - 8, 4);
      const { status, detail } = await fixture.expectRejected({ name: 'a.webp', bytes });
      expect([status, detail]).toEqual([415, 'The maximum number of frames is 1000.']);
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
