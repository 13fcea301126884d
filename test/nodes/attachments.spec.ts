import { SignedUrls } from '../../src/modules/attachments/signed-urls.js';
import { getAttachment, uploadAttachment } from '../../src/modules/attachments/attachments.contract.js';
import type { AttachmentRow } from '../../src/modules/attachments/dto/attachment.dto.js';
import { v7 as newId } from 'uuid';
import { BuiltServer } from '../support/servers/built-server.js';
import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';
import { expectData, restTransport } from '../support/clients/transports.js';
import { createDirectory, cleanUp } from '../support/servers/embedded-postgres-fixture.js';
import { createPhotoWithLocation } from '../support/uploads/sample-files.js';
import { createUser, startTestServer, type TestServer } from '../support/servers/test-server.js';

/** URLs signed by another node are valid here, with and without a configured secret. */
describe('A signed URL of a file is valid on every node', () => {
  const row = { id: newId(), thumbnail_size: null } as AttachmentRow;
  const userId = newId();

  it('with a shared secret of the host product', async () => {
    const [one, other] = [await startTestServer(), await startTestServer()];
    await expectShared(one, other);
    await one.stop();
    await other.stop();
  });

  it('with a secret in the database when only keys of the host product are configured', async () => {
    const settings = { authJwtSecret: '', authJwksUrl: 'http://127.0.0.1:1/keys' };
    const one = await startTestServer(settings);
    const other = await startTestServer({ ...settings, databaseUrl: one.database.url });
    const outsider = await startTestServer(settings);
    await expectShared(one, other);
    const { url } = await one.app.get(SignedUrls).signUrls(row, userId);
    await expect(outsider.app.get(SignedUrls).verifyToken(tokenOf(url))).rejects.toMatchObject({
      kind: { code: 'not_found' },
    });
    for (const server of [outsider, other, one]) await server.stop();
  });

  async function expectShared(one: TestServer, other: TestServer): Promise<void> {
    const { url } = await one.app.get(SignedUrls).signUrls(row, userId);
    const read = await other.app.get(SignedUrls).verifyToken(tokenOf(url));
    expect(read).toEqual({ attachmentId: row.id, userId, part: 'file' });
  }

  const tokenOf = (url: string): string => url.split('/').at(-1)!;
});

describe('The built server', () => {
  let database: TestDatabase;
  let server: BuiltServer | undefined;

  beforeAll(async () => (database = await createDatabase()));
  afterAll(async () => {
    await server?.kill();
    await database.drop();
    await cleanUp();
  });

  it('loads its decoders, re-encodes a picture and serves it', async () => {
    server = await BuiltServer.start(database.url, { ATTACHMENTS_DIR: createDirectory() });
    const alice = restTransport(server.url, (await createUser(server, 'alice')).token);
    const { id, width, height } = await expectData(
      alice.request(uploadAttachment, { file: await createPhotoWithLocation('Here') }),
    );
    expect([width, height]).toEqual([200, 400]);
    const { url } = await expectData(alice.request(getAttachment, { attachmentId: id }));
    const answer = await fetch(server.url + url);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(server.stderr).toBe('');
  });

  it('logs an error of the storage and starts without it', async () => {
    await server?.kill();
    server = await BuiltServer.start(database.url, {
      S3_BUCKET: 'attachments',
      S3_ENDPOINT: 'http://127.0.0.1:1',
      S3_ACCESS_KEY_ID: 'a',
      S3_SECRET_ACCESS_KEY: 'b',
      ATTACHMENTS_DIR: createDirectory(),
    });
    const alice = restTransport(server.url, (await createUser(server, 'alice')).token);
    const rejected = await alice.request(uploadAttachment, { file: await createPhotoWithLocation('Here') });
    expect(rejected).toMatchObject({ ok: false, error: { status: 503, retryAfterMs: 5_000 } });
    expect(server.output).toContain('File storage failed');
  });
});
