import { readdir, readlink } from 'node:fs/promises';
import sharp from 'sharp';
import {
  getAttachment,
  listAttachments,
  uploadAttachment,
} from '../../../src/modules/attachments/attachments.contract.js';
import type {
  SignedAttachmentDto,
  AttachmentDto,
} from '../../../src/modules/attachments/dto/attachment.dto.js';
import {
  expectData,
  expectErrorCode,
  restTransport,
  type Transport,
} from '../../support/clients/transports.js';
import { query } from '../../support/servers/embedded-postgres-fixture.js';
import {
  createAnimation,
  drawImage,
  listFiles,
  MP4,
  createTextFile,
  createPhotoWithLocation,
  createImage,
  toIsoMedia,
  toRecording,
  WEBM,
} from '../../support/uploads/sample-files.js';
import type { FormFile } from '../../support/uploads/multipart-forms.js';
import { createUser, startTestServer, type TestServer } from '../../support/servers/test-server.js';
import { waitUntil } from '../../support/environment/wait-until.js';

describe('An uploaded file', () => {
  let server: TestServer;
  let alice: Transport;
  let token: string;

  beforeAll(async () => {
    server = await startTestServer();
    ({ token } = await createUser(server, 'alice'));
    alice = restTransport(server.url, token);
  });
  afterAll(() => server.stop());

  const upload = (file: FormFile, more: object = {}): Promise<AttachmentDto> =>
    expectData(alice.request(uploadAttachment, { file, ...more }));
  const get = ({ id }: AttachmentDto): Promise<SignedAttachmentDto> =>
    expectData(alice.request(getAttachment, { attachmentId: id }));
  const fetched = async (path: string | null, init: RequestInit = {}): Promise<Response> =>
    fetch(server.url + path, init);
  const bytesOf = async (path: string | null): Promise<Buffer> =>
    Buffer.from(await (await fetched(path)).arrayBuffer());

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('can be a %s picture', async (format) => {
    const file = await createImage(format);
    const attachment = await upload(file);
    expect(attachment).toMatchObject({
      kind: 'image',
      mimeType: `image/${format}`,
      width: 640,
      height: 480,
      filename: file.name,
      hasThumbnail: true,
    });
    const { url, thumbnailUrl, expiresAt, ...same } = await get(attachment);
    expect(same).toEqual(attachment);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(300_000);
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(140_000);

    const served = await bytesOf(url);
    expect(served).toHaveLength(attachment.size);
    expect(await sharp(served).metadata()).toMatchObject({
      format: format === 'avif' ? 'heif' : format,
      width: 640,
      height: 480,
    });
    const small = await fetched(thumbnailUrl);
    expect(small.headers.get('content-type')).toBe('image/webp');
    expect(await sharp(await small.arrayBuffer()).metadata()).toMatchObject({
      format: 'webp',
      width: 512,
      height: 384,
    });
  });

  it('is turned upright and loses its location metadata', async () => {
    const file = await createPhotoWithLocation('Secret place');
    expect((await sharp(file.bytes).metadata()).exif?.toString('latin1')).toContain('Secret place');
    const attachment = await upload(file);
    expect(attachment).toMatchObject({ width: 200, height: 400 });
    const { url, thumbnailUrl } = await get(attachment);
    for (const bytes of [await bytesOf(url), await bytesOf(thumbnailUrl)]) {
      const { exif, icc, xmp, orientation, width, height } = await sharp(bytes).metadata();
      expect([exif, icc, xmp, orientation, width, height]).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
        200,
        400,
      ]);
      expect(bytes.toString('latin1')).not.toMatch(/Secret place|Exif/);
    }
    // The picture lay on its side and was turned clockwise: the upper half is on the right.
    const { data: pixels } = await sharp(await bytesOf(url))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const [left, right] = [pixels.subarray(0, 3), pixels.subarray(199 * 3, 200 * 3)];
    expect([left[2]! > 200, right[0]! > 200]).toEqual([true, true]);
  });

  it.each(['gif', 'webp'] as const)('keeps its animation in %s, with a still thumbnail', async (format) => {
    const attachment = await upload(await createAnimation(format, 6));
    expect(attachment).toMatchObject({ width: 60, height: 40 });
    const { url, thumbnailUrl } = await get(attachment);
    expect(await sharp(await bytesOf(url)).metadata()).toMatchObject({ pages: 6, width: 60, height: 40 });
    expect((await sharp(await bytesOf(thumbnailUrl)).metadata()).pages).toBeUndefined();
  });

  it.each([
    ['a video', { name: 'a.mp4', bytes: MP4, type: 'video/mp4' }, 'video', 'video/mp4', 'inline'],
    ['an audio file', { name: 'a.m4a', bytes: MP4, type: 'audio/mp4' }, 'audio', 'audio/mp4', 'inline'],
    [
      'a voice recording',
      { name: 'voice', bytes: WEBM, type: 'audio/webm;codecs=opus' },
      'audio',
      'audio/webm',
      'inline',
    ],
    ['a file without a content type', { name: 'a', bytes: WEBM }, 'video', 'video/webm', 'inline'],
    [
      'a video of an iPhone',
      { name: 'IMG_1.MOV', bytes: toIsoMedia('qt  '), type: 'video/quicktime' },
      'video',
      'video/quicktime',
      'inline',
    ],
    ['a 3GP video', { name: 'a.3gp', bytes: toIsoMedia('3gp4') }, 'video', 'video/3gpp', 'inline'],
    [
      'a 3GP recording',
      { name: 'a.3gp', bytes: toIsoMedia('3gp4'), type: 'audio/3gpp' },
      'audio',
      'audio/3gpp',
      'inline',
    ],
    ['an M4A recording', { name: 'a.m4a', bytes: toIsoMedia('M4A ') }, 'audio', 'audio/mp4', 'inline'],
    ['an AMR recording', { name: 'a', bytes: toRecording('#!AMR\n') }, 'audio', 'audio/amr', 'inline'],
    [
      'a CAF recording',
      { name: 'a', bytes: toRecording('caff\0\x01\0\0desc') },
      'audio',
      'audio/x-caf',
      'inline',
    ],
    ['a text', createTextFile(), 'file', 'application/octet-stream', 'attachment'],
    [
      'a PDF',
      { name: 'a.pdf', bytes: Buffer.from('%PDF-1.7\n%%EOF'), type: 'application/pdf' },
      'file',
      'application/pdf',
      'attachment',
    ],
  ])('can be %s', async (_title, file, kind, mimeType, how) => {
    const attachment = await upload(file);
    expect(attachment).toMatchObject({
      kind,
      mimeType,
      size: file.bytes.length,
      width: null,
      hasThumbnail: false,
    });
    const { url, thumbnailUrl } = await get(attachment);
    expect(thumbnailUrl).toBeNull();
    const answer = await fetched(url);
    expect(answer.headers.get('content-type')).toBe(how === 'inline' ? mimeType : 'application/octet-stream');
    expect(answer.headers.get('content-disposition')).toMatch(new RegExp(`^${how};`));
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(file.bytes);
  });

  it('has a longer signed URL when it is audio or video', async () => {
    for (const bytes of [MP4, toRecording('#!AMR\n')]) {
      const { expiresAt } = await get(await upload({ name: 'a', bytes }));
      const hours = (Date.parse(expiresAt) - Date.now()) / 3_600_000;
      expect([hours > 11.9, hours <= 24]).toEqual([true, true]);
    }
  });

  it('is served with headers that prevent script execution', async () => {
    const { url } = await get(await upload(createTextFile()));
    expect(Object.fromEntries((await fetched(url)).headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'private, no-cache',
      'accept-ranges': 'bytes',
      'content-length': '5',
    });
  });

  it.each([
    ['plain.txt', `attachment; filename="plain.txt"`],
    [
      'a "b" \u00e9\u{1f600}.txt',
      `attachment; filename="a _b_ __.txt"; filename*=UTF-8''a%20%22b%22%20%C3%A9%F0%9F%98%80.txt`,
    ],
    [
      `100% ('*').txt`,
      `attachment; filename="100_ ('*').txt"; filename*=UTF-8''100%25%20%28%27%2A%27%29.txt`,
    ],
  ])('keeps its name: %s', async (name, disposition) => {
    const attachment = await upload(createTextFile('Hello', name));
    expect(attachment.filename).toBe(name);
    const { url } = await get(attachment);
    expect((await fetched(url)).headers.get('content-disposition')).toBe(disposition);
  });

  it('is served in ranges', async () => {
    const { id, url } = await get(await upload(createTextFile('0123456789')));
    const part = async (headers: Record<string, string>, method = 'GET'): Promise<unknown[]> => {
      const answer = await fetched(url, { method, headers });
      return [answer.status, answer.headers.get('content-range'), await answer.text()];
    };
    const etag = `"${id}-file"`;
    const all = [200, null, '0123456789'];
    expect(await part({ range: 'bytes=0-0' })).toEqual([206, 'bytes 0-0/10', '0']);
    expect(await part({ range: 'bytes=3-5' })).toEqual([206, 'bytes 3-5/10', '345']);
    expect(await part({ range: 'bytes=7-' })).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await part({ range: 'bytes=-3' })).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await part({ range: 'bytes=-99' })).toEqual([206, 'bytes 0-9/10', '0123456789']);
    expect(await part({ range: 'bytes=5-9999999999999999999999' })).toEqual([206, 'bytes 5-9/10', '56789']);
    for (const range of ['bytes=0-1,4-5', 'bytes=5-3', 'bytes=-', 'lines=1-2', 'bytes=a-b', 'bytes= 1-2'])
      expect([range, ...(await part({ range }))]).toEqual([range, ...all]);
    for (const range of ['bytes=10-', 'bytes=10-11', 'bytes=-0', 'bytes=9999999999999999999999-']) {
      const answer = await fetched(url, { headers: { range } });
      expect([range, answer.status, answer.headers.get('content-range')]).toEqual([range, 416, 'bytes */10']);
      expect(await answer.json()).toMatchObject({ code: 'range_not_satisfiable' });
    }
    expect(await part({ range: 'bytes=3-5', 'if-range': etag })).toEqual([206, 'bytes 3-5/10', '345']);
    expect(await part({ range: 'bytes=3-5', 'if-range': '"another"' })).toEqual(all);
    expect(await part({ range: 'bytes=3-5' }, 'HEAD')).toEqual([206, 'bytes 3-5/10', '']);
  });

  it('is not sent again to a client with a current copy', async () => {
    const { url } = await get(await upload(createTextFile()));
    const etag = (await fetched(url)).headers.get('etag')!;
    for (const known of [etag, `W/${etag}`, `"a", ${etag}`, '*']) {
      const answer = await fetched(url, { headers: { 'if-none-match': known } });
      expect([known, answer.status, await answer.text()]).toEqual([known, 304, '']);
    }
    expect((await fetched(url, { headers: { 'if-none-match': '"another"' } })).status).toBe(200);
    const head = await fetched(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '5', '']);
  });

  it('has one signed URL for a period of time', async () => {
    const attachment = await upload(createTextFile());
    const [one, other] = [await get(attachment), await get(attachment)];
    expect([one.url, one.url === other.url || one.expiresAt < other.expiresAt]).toEqual([one.url, true]);
  });

  it('is stored once for repeated and concurrent uploads with one id', async () => {
    const before = (await listFiles(server.attachmentsDir)).length;
    const file = await createImage('png', 30, 20);
    const attempts = await Promise.all(
      Array.from({ length: 4 }, () => upload(file, { clientId: 'the same' })),
    );
    attempts.push(await upload(createTextFile('Something else'), { clientId: 'the same' }));
    expect(new Set(attempts.map((attachment) => JSON.stringify(attachment))).size).toBe(1);
    expect(await listFiles(server.attachmentsDir)).toHaveLength(before + 2);
    const bob = restTransport(server.url, (await createUser(server, 'bob')).token);
    const another = await expectData(bob.request(uploadAttachment, { file, clientId: 'the same' }));
    expect(another.id).not.toBe(attempts[0]!.id);
  });

  it('is stored by a retry after an interrupted upload', async () => {
    const first = await upload(createTextFile(), { clientId: 'died' });
    await query(
      server.database.ownerUrl,
      `UPDATE attachments SET state = 'uploading', created_at = now() - interval '21 s' WHERE id = '${first.id}'`,
    );
    expect(await expectErrorCode(alice.request(getAttachment, { attachmentId: first.id }))).toBe('not_found');
    const second = await upload(createTextFile('Again'), { clientId: 'died' });
    expect(second.id).not.toBe(first.id);
    expect(await bytesOf((await get(second)).url)).toEqual(Buffer.from('Again'));
  });

  it('is listed with others in the requested order, without unreadable attachments', async () => {
    const [one, two] = [await upload(createTextFile()), await upload(createTextFile())];
    const bob = restTransport(server.url, (await createUser(server, 'bob')).token);
    const ofBob = await expectData(bob.request(uploadAttachment, { file: createTextFile() }));
    const ids = [two.id, ofBob.id, one.id].join();
    const { items } = await expectData(alice.request(listAttachments, { ids }));
    expect(items.map(({ id }) => id)).toEqual([two.id, one.id]);
    expect(items[0]).toEqual({
      ...two,
      url: items[0]!.url,
      thumbnailUrl: null,
      expiresAt: items[0]!.expiresAt,
    });
  });

  it('is not found when its object is missing, without other effects', async () => {
    const { url, id } = await get(await upload(createTextFile()));
    await query(
      server.database.ownerUrl,
      `INSERT INTO attachments SELECT gen_random_uuid(), owner_id, state, kind, mime_type, size, width, height, filename,
         thumbnail_size, 'copy', linked_at, unlinked_at, created_at FROM attachments WHERE id = '${id}'`,
    );
    const [copy] = await query<{ id: string }>(
      server.database.ownerUrl,
      `SELECT id FROM attachments WHERE client_id = 'copy'`,
    );
    const withoutObject = await get({ id: copy!.id } as AttachmentDto);
    const answer = await fetched(withoutObject.url);
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'not_found' }]);
    expect((await fetched(url)).status).toBe(200);
  });

  it('is no longer read after the client disconnects', async () => {
    const bytes = Buffer.alloc(30 * 2 ** 20, 'a');
    const { url } = await get(await upload({ name: 'large.txt', bytes }));
    for (let round = 0; round < 20; round++) {
      const abortion = new AbortController();
      const answer = await fetched(url, { signal: abortion.signal });
      await answer.body!.getReader().read();
      abortion.abort();
    }
    const open = async (): Promise<number> =>
      (await openFiles()).filter((path) => path.includes(server.database.name)).length;
    await waitUntil(async () => (await open()) === 0);
  });

  it('can be larger than the JSON limit', async () => {
    const bytes = await drawImage(4_000, 3_000).png({ compressionLevel: 0 }).toBuffer();
    expect(bytes.length).toBeGreaterThan(30e6);
    const attachment = await upload({ name: 'large.png', bytes, type: 'image/png' });
    expect(attachment).toMatchObject({ width: 4_000, height: 3_000 });
  });
});

/** Open file descriptors of this process; empty where the system does not list them. */
async function openFiles(): Promise<string[]> {
  const links = await readdir('/proc/self/fd').catch(() => []);
  return Promise.all(links.map((link) => readlink(`/proc/self/fd/${link}`).catch(() => '')));
}
