import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { getAttachment, uploadAttachment } from '../../../src/modules/attachments/attachments.contract.js';
import type { SignedAttachmentDto } from '../../../src/modules/attachments/dto/attachment.dto.js';
import { AttachmentCleanupService } from '../../../src/modules/attachments/attachment-cleanup.service.js';
import { expectData, restTransport, type Transport } from '../../support/clients/transports.js';
import { query } from '../../support/servers/embedded-postgres-fixture.js';
import { listFiles, createTextFile, createImage } from '../../support/uploads/sample-files.js';
import type { FormFile } from '../../support/uploads/multipart-forms.js';
import { createUser, startTestServer, type TestServer } from '../../support/servers/test-server.js';

const BUCKET = 'attachments';

/** The storage interface of the disk, on a server with the S3 API. */
describe('An uploaded file in a bucket', () => {
  let directory: string;
  let store: S3rver;
  let port: number;
  let server: TestServer;
  let alice: Transport;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 's3rver-'));
    port = await startStore(0);
    server = await startTestServer({
      s3Bucket: BUCKET,
      s3Endpoint: `http://127.0.0.1:${port}`,
      s3AccessKeyId: 'S3RVER',
      s3SecretAccessKey: 'S3RVER',
      s3ForcePathStyle: true,
    });
    alice = restTransport(server.url, (await createUser(server, 'alice')).token);
  });
  afterAll(async () => {
    await server.stop();
    await store.close();
    await rm(directory, { recursive: true });
  });

  async function startStore(at: number): Promise<number> {
    store = new S3rver({
      port: at,
      address: '127.0.0.1',
      silent: true,
      directory,
      configureBuckets: [{ name: BUCKET, configs: [] }],
    });
    return (await store.run()).port;
  }

  async function uploaded(file: FormFile): Promise<SignedAttachmentDto> {
    const { id } = await expectData(alice.request(uploadAttachment, { file }));
    return expectData(alice.request(getAttachment, { attachmentId: id }));
  }

  const objects = async (): Promise<string[]> =>
    (await listFiles(join(directory, BUCKET))).filter((name) => name.endsWith('_object')).sort();
  const fetched = (path: string | null, headers = {}): Promise<Response> =>
    fetch(server.url + path, { headers });

  it('is served unchanged, whole and in ranges, with its thumbnail', async () => {
    const { id, url, thumbnailUrl, size } = await uploaded(await createImage('png'));
    expect(await objects()).toEqual([
      expect.stringContaining(id),
      expect.stringContaining(`${id}.thumbnail`),
    ]);
    expect(await listFiles(server.attachmentsDir)).toEqual([]);
    const whole = Buffer.from(await (await fetched(url)).arrayBuffer());
    expect(whole).toHaveLength(size);
    const part = await fetched(url, { range: 'bytes=10-19' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${size}`]);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(10, 20));
    expect((await fetched(thumbnailUrl)).headers.get('content-type')).toBe('image/webp');
  });

  it('may be large', async () => {
    const bytes = Buffer.alloc(20 * 2 ** 20, 'abcdefghij');
    const { url } = await uploaded({ name: 'large.txt', bytes });
    expect(Buffer.from(await (await fetched(url)).arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('is deleted by the attachment cleanup', async () => {
    const before = (await objects()).length;
    const [old, recent] = [
      await uploaded(await createImage('png', 30, 20)),
      await uploaded(createTextFile()),
    ];
    await query(
      server.database.ownerUrl,
      `UPDATE attachments SET created_at = now() - interval '25 h' WHERE id = '${old.id}'`,
    );
    await server.app.get(AttachmentCleanupService).runCleanup();
    expect((await objects()).filter((name) => name.includes(old.id))).toEqual([]);
    expect(await objects()).toHaveLength(before + 1);
    expect((await fetched(recent.url)).status).toBe(200);
    expect((await fetched(old.url)).status).toBe(404);
    await server.app.get(AttachmentCleanupService).runCleanup();
    expect(await query(server.database.ownerUrl, 'SELECT * FROM attachment_deletions')).toEqual([]);
  });

  it('that is missing in the bucket is not found', async () => {
    const { id, url } = await uploaded(createTextFile());
    const [name] = (await objects()).filter((object) => object.includes(id));
    await rm(join(directory, BUCKET, id.slice(-2), id.slice(-4, -2), name!));
    const answer = await fetched(url);
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'not_found' }]);
  });

  it('is unavailable during an outage of the storage and available afterwards', async () => {
    const remaining = await uploaded(createTextFile('Still here'));
    const before = (await objects()).length;
    await store.close();

    for (const path of [remaining.url]) {
      const answer = await fetched(path);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    }
    const rejected = await alice.request(uploadAttachment, { file: createTextFile('New'), clientId: 'away' });
    expect(rejected).toMatchObject({
      ok: false,
      error: { code: 'service_unavailable', retryAfterMs: 5_000 },
    });
    expect(await listFiles(server.attachmentsDir)).toEqual([]);
    const { ownerUrl } = server.database;
    await query(ownerUrl, 'UPDATE attachment_deletions SET due_at = now()');
    const left = await query(ownerUrl, 'SELECT attachment_id FROM attachment_deletions');
    await server.app.get(AttachmentCleanupService).runCleanup();
    expect(await query(ownerUrl, 'SELECT attachment_id FROM attachment_deletions')).toEqual(left);

    await startStore(port);
    expect(await (await fetched(remaining.url)).text()).toBe('Still here');
    const again = await expectData(
      alice.request(uploadAttachment, { file: createTextFile('New'), clientId: 'away' }),
    );
    expect(await objects()).toHaveLength(before + 1);
    await server.app.get(AttachmentCleanupService).runCleanup();
    expect(await objects()).toHaveLength(before + 1);
    expect((await expectData(alice.request(getAttachment, { attachmentId: again.id }))).id).toBe(again.id);
  });
});
