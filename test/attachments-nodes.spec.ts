import { FileAddresses } from '../src/modules/attachments/file-addresses.js';
import { getAttachment, uploadAttachment } from '../src/modules/attachments/attachments.contract.js';
import type { AttachmentRow } from '../src/modules/attachments/dto/attachment.dto.js';
import { newId } from '../src/kernel/database/new-id.js';
import { BuiltServer } from './setup/built-server.js';
import { createDatabase, type TestDatabase } from './setup/database.js';
import { data, restDoor } from './setup/doors.js';
import { newDirectory, cleanUp } from './setup/embedded-fixture.js';
import { photo } from './setup/files.js';
import { person, startTestServer, type TestServer } from './setup/server.js';

/** What another node signed is read here, whether the operator gave them a secret or not. */
describe('The address of a file is good on every node', () => {
  const row = { id: newId(), thumbnail_size: null } as AttachmentRow;
  const userId = newId();

  it('when they share the secret of the host', async () => {
    const [one, other] = [await startTestServer(), await startTestServer()];
    await expectShared(one, other);
    await one.stop();
    await other.stop();
  });

  it('and when only the host has keys, by a secret in the database', async () => {
    const settings = { authJwtSecret: '', authJwksUrl: 'http://127.0.0.1:1/keys' };
    const one = await startTestServer(settings);
    const other = await startTestServer({ ...settings, databaseUrl: one.database.url });
    const stranger = await startTestServer(settings);
    await expectShared(one, other);
    const { url } = await one.app.get(FileAddresses).of(row, userId);
    await expect(stranger.app.get(FileAddresses).read(tokenOf(url))).rejects.toMatchObject({
      kind: { code: 'not_found' },
    });
    for (const server of [stranger, other, one]) await server.stop();
  });

  async function expectShared(one: TestServer, other: TestServer): Promise<void> {
    const { url } = await one.app.get(FileAddresses).of(row, userId);
    const read = await other.app.get(FileAddresses).read(tokenOf(url));
    expect(read).toEqual({ attachmentId: row.id, userId, part: 'file' });
  }

  const tokenOf = (url: string): string => url.split('/').at(-1)!;
});

describe('The built server', () => {
  let database: TestDatabase;
  let server: BuiltServer | undefined;

  beforeAll(async () => (database = await createDatabase()));
  afterAll(async () => {
    await server?.end();
    await database.drop();
    await cleanUp();
  });

  it('finds its decoders, cleans a picture, and serves it', async () => {
    server = await BuiltServer.on(database.url, { ATTACHMENTS_DIR: newDirectory() });
    const alice = restDoor(server.url, (await person(server, 'alice')).token);
    const { id, width, height } = await data(alice.ask(uploadAttachment, { file: await photo('Here') }));
    expect([width, height]).toEqual([200, 400]);
    const { url } = await data(alice.ask(getAttachment, { attachmentId: id }));
    const answer = await fetch(server.url + url);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(server.complaints).toBe('');
  });

  it('says what is wrong with the store, and starts without it', async () => {
    await server?.end();
    server = await BuiltServer.on(database.url, {
      S3_BUCKET: 'attachments',
      S3_ENDPOINT: 'http://127.0.0.1:1',
      S3_ACCESS_KEY_ID: 'a',
      S3_SECRET_ACCESS_KEY: 'b',
      ATTACHMENTS_DIR: newDirectory(),
    });
    const alice = restDoor(server.url, (await person(server, 'alice')).token);
    const refused = await alice.ask(uploadAttachment, { file: await photo('Here') });
    expect(refused).toMatchObject({ ok: false, error: { status: 503, retryAfterMs: 5_000 } });
    expect(server.printed).toContain('The store of files does not do its work');
  });
});
