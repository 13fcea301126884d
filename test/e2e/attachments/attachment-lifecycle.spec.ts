import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { getAttachment, uploadAttachment } from '../../../src/modules/attachments/attachments.contract.js';
import type { AttachmentDto } from '../../../src/modules/attachments/dto/attachment.dto.js';
import { Storage } from '../../../src/modules/attachments/storage.js';
import { Jobs } from '../../../src/kernel/jobs/jobs.js';
import { AttachmentCleanupService } from '../../../src/modules/attachments/attachment-cleanup.service.js';
import {
  createConversation,
  deleteConversation,
} from '../../../src/modules/conversations/conversations.contract.js';
import { deleteMessage, sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { expectInvariants } from '../../support/concurrency/invariants.js';
import { counts } from '../../support/environment/counts.js';
import { expectData, restTransport, type Transport } from '../../support/clients/transports.js';
import { query } from '../../support/servers/embedded-postgres-fixture.js';
import { listFiles, createTextFile, createImage } from '../../support/uploads/sample-files.js';
import { createUser, startTestServer, type TestServer } from '../../support/servers/test-server.js';

let server: TestServer;
let alice: Transport;
let group: string;

beforeAll(async () => {
  server = await startTestServer({ uploadQuotaBytes: 1_000_000 });
  await server.app.get(Jobs).beforeApplicationShutdown(); // the tests start the cleanup themselves
  alice = await transport('alice');
  group = (await expectData(alice.request(createConversation, { type: 'group' }))).id;
});
afterAll(() => server.stop());

async function transport(name: string): Promise<Transport> {
  return restTransport(server.url, (await createUser(server, name)).token);
}

const sql = <Row extends object>(text: string): Promise<Row[]> => query(server.database.ownerUrl, text);
const runCleanup = (): Promise<void> => server.app.get(AttachmentCleanupService).runCleanup();
const upload = (by = alice): Promise<AttachmentDto> =>
  expectData(by.request(uploadAttachment, { file: createTextFile() }));
const show = async ({ id }: AttachmentDto, conversationId = group): Promise<string> =>
  (
    await expectData(
      alice.request(sendMessage, { conversationId, type: 'file', media: [{ attachmentId: id }] }),
    )
  ).id;
const urlOf = async ({ id }: AttachmentDto, by = alice): Promise<string> =>
  server.url + (await expectData(by.request(getAttachment, { attachmentId: id }))).url;
const statusOf = async (url: string): Promise<number> => (await fetch(url)).status;
const isStored = async ({ id }: AttachmentDto): Promise<boolean> =>
  (await listFiles(server.attachmentsDir)).includes(id);
const age = ({ id }: AttachmentDto, interval: string, state = 'ready'): Promise<unknown> =>
  sql(
    `UPDATE attachments SET created_at = now() - interval '${interval}', state = '${state}' WHERE id = '${id}'`,
  );

describe('A signed URL of a file', () => {
  it('is rejected after any change', async () => {
    const url = await urlOf(await upload());
    const at = url.lastIndexOf('/') + 1;
    for (let index = at; index < url.length; index++) {
      const other = url[index] === 'A' ? 'B' : 'A';
      const changed = `${url.slice(0, index)}${other}${url.slice(index + 1)}`;
      // The last character contains bits that are not part of the token.
      if (Buffer.from(changed.slice(at), 'base64url').equals(Buffer.from(url.slice(at), 'base64url')))
        continue;
      expect([index, await statusOf(changed)]).toEqual([index, 404]);
    }
    for (const invalid of [
      url.slice(0, -1),
      `${url}A`,
      `${url}=`,
      url.slice(0, at),
      `${url.slice(0, at)}..%2f..`,
    ])
      expect([invalid, await statusOf(invalid)]).toEqual([invalid, 404]);
    expect(await statusOf(url)).toBe(200);
  });

  it('expires', async () => {
    const url = await urlOf(await upload());
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now + 301_000);
    try {
      expect(await statusOf(url)).toBe(404);
    } finally {
      clock.mockRestore();
    }
    expect(await statusOf(url)).toBe(200);
  });

  it('is valid only while its user is active', async () => {
    const inactiveUser = await transport('inactive-user');
    const url = await urlOf(await upload(inactiveUser), inactiveUser);
    await sql(`UPDATE users SET is_active = false WHERE tms_user_id = 'host-inactive-user'`);
    expect(await statusOf(url)).toBe(404);
  });

  it('is invalid after the deletion of the message or the conversation', async () => {
    const [one, other] = [await upload(), await upload()];
    const { id: conversationId } = await expectData(alice.request(createConversation, { type: 'group' }));
    const messageId = await show(one);
    await show(other, conversationId);
    const urls = [await urlOf(one), await urlOf(other)];
    expect(await Promise.all(urls.map(statusOf))).toEqual([200, 200]);
    await expectData(alice.request(deleteMessage, { messageId }));
    await expectData(alice.request(deleteConversation, { conversationId }));
    expect(await Promise.all(urls.map(statusOf))).toEqual([404, 404]);
    await sql('SELECT delete_conversation_rows(id, 60000) FROM conversations WHERE deleted_at IS NOT NULL');
    await runCleanup();
    expect([await isStored(one), await isStored(other)]).toEqual([false, false]);
  });
});

describe('The upload quota', () => {
  it('holds for concurrent uploads and is freed by deletions', async () => {
    const bob = await transport('bob');
    const file = { name: 'a', bytes: Buffer.alloc(190_000, 'a') };
    const attempts = [];
    for (let round = 0; round < 4; round++)
      attempts.push(
        ...(await Promise.all(Array.from({ length: 4 }, () => bob.request(uploadAttachment, { file })))),
      );
    const rejected = attempts.flatMap((answer) => (answer.ok ? [] : answer.error));
    expect(rejected.map(({ code, status }) => `${status} ${code}`)).toEqual(
      Array<string>(11).fill('413 quota_exceeded'),
    );
    expect((await bob.request(uploadAttachment, { file: createTextFile() })).ok).toBe(true);
    expect((await alice.request(uploadAttachment, { file })).ok).toBe(true);
    await sql(`UPDATE attachments SET created_at = now() - interval '25 h' WHERE size = 190000`);
    await runCleanup();
    expect((await bob.request(uploadAttachment, { file })).ok).toBe(true);
  });

  it('counts pictures by their stored size', async () => {
    const carol = await transport('carol');
    const file = await createImage('png', 900, 900);
    const { size } = await expectData(carol.request(uploadAttachment, { file }));
    const [row] = await sql<{ size: string }>(
      `SELECT sum(size) AS size FROM attachments a JOIN users u ON u.id = owner_id WHERE tms_user_id = 'host-carol'`,
    );
    expect(Number(row!.size)).toBe(size);
  });
});

it('Concurrent uploads of one user are limited to four at a time', async () => {
  const erin = await transport('erin');
  const file = await createImage('png', 900, 900);
  const attempts = await Promise.all(
    Array.from({ length: 12 }, () => erin.request(uploadAttachment, { file })),
  );
  const rejected = attempts.flatMap((answer) => (answer.ok ? [] : answer.error));
  expect(rejected.length).toBeGreaterThan(0);
  for (const error of rejected)
    expect(error).toMatchObject({ status: 429, code: 'rate_limited', retryAfterMs: 1_000 });
  expect(attempts.filter(({ ok }) => ok).length).toBeGreaterThanOrEqual(4);
  expect((await erin.request(uploadAttachment, { file: createTextFile() })).ok).toBe(true);
});

describe('The attachment cleanup', () => {
  it('deletes uploads that were never linked or are no longer linked, and no others', async () => {
    const [old, recent, linked, linkedTwice, deleted] = [
      await upload(),
      await upload(),
      await upload(),
      await upload(),
      await upload(),
    ];
    await age(old, '25 h');
    await age(recent, '23 h');
    await show(linked);
    await age(linked, '100 days');
    const messages = [await show(deleted), await show(linkedTwice)];
    await show(linkedTwice);
    for (const messageId of messages) await expectData(alice.request(deleteMessage, { messageId }));
    await runCleanup();
    const areStored = await Promise.all([old, recent, linked, linkedTwice, deleted].map(isStored));
    expect(areStored).toEqual([false, true, true, true, false]);
    const rows = await sql<{ id: string }>('SELECT id FROM attachments');
    const ids = rows.map(({ id }) => id);
    expect([old, recent, linked, linkedTwice, deleted].map(({ id }) => ids.includes(id))).toEqual(areStored);
    expect(await sql('SELECT id FROM attachments WHERE unlinked_at IS NOT NULL')).toEqual([]);
  });

  it('deletes an interrupted upload after an hour, and its objects one more hour later', async () => {
    const [ofKilledNode, ofRunningNode] = [await upload(), await upload()];
    await age(ofKilledNode, '61 minutes', 'uploading');
    await age(ofRunningNode, '59 minutes', 'uploading');
    await runCleanup();
    expect([await isStored(ofKilledNode), await isStored(ofRunningNode)]).toEqual([true, true]);
    const rows = await sql<{ id: string }>(`SELECT id FROM attachments WHERE state = 'uploading'`);
    expect(rows).toEqual([{ id: ofRunningNode.id }]);
    await sql(`UPDATE attachment_deletions SET due_at = due_at - interval '1 h'`);
    await runCleanup();
    expect([await isStored(ofKilledNode), await isStored(ofRunningNode)]).toEqual([false, true]);
    expect(await sql('SELECT * FROM attachment_deletions')).toEqual([]);
  });

  it('is not delayed by an object that cannot be deleted, and retries it later', async () => {
    const [undeletable, old] = [await upload(), await upload()];
    const storage = server.app.get<Storage>(Storage);
    const remove = storage.deleteObjects.bind(storage);
    const failing = jest
      .spyOn(storage, 'deleteObjects')
      .mockImplementation((keys) =>
        keys.some((key) => key.includes(undeletable.id)) ? Promise.reject(new Error('Stuck')) : remove(keys),
      );
    // Candidates only from here on: a cleanup requested by an earlier deletion may run at any time.
    for (const one of [undeletable, old]) await age(one, '25 h');
    await runCleanup();
    failing.mockRestore();
    await runCleanup();
    expect([await isStored(undeletable), await isStored(old)]).toEqual([true, false]);
    await sql(`UPDATE attachment_deletions SET due_at = due_at - interval '1 h'`);
    await runCleanup();
    expect(await isStored(undeletable)).toBe(false);
  });

  it('deletes the files of a user whose row is deleted', async () => {
    const dave = await transport('dave');
    const file = await expectData(dave.request(uploadAttachment, { file: await createImage('png', 9, 9) }));
    await sql(`DELETE FROM users WHERE tms_user_id = 'host-dave'`);
    await runCleanup();
    expect((await listFiles(server.attachmentsDir)).filter((name) => name.startsWith(file.id))).toEqual([]);
  });

  it('deletes the partial uploads of a killed node', async () => {
    const [ofKilledNode, ofLongUpload, ofRunningNode] = ['dead', 'long', 'alive'].map((name) =>
      join(server.attachmentsDir, 'incoming', name),
    ) as [string, string, string];
    for (const directory of [ofKilledNode, ofLongUpload, ofRunningNode]) {
      await mkdir(directory, { recursive: true });
      await writeFile(join(directory, 'received'), 'Half');
    }
    const before = new Date(Date.now() - 61 * 60_000);
    for (const path of [ofKilledNode, join(ofKilledNode, 'received'), ofLongUpload])
      await utimes(path, before, before);
    await runCleanup();
    expect(await listFiles(ofKilledNode)).toEqual([]);
    for (const directory of [ofLongUpload, ofRunningNode])
      expect(await listFiles(directory)).toEqual(['received']);
  });

  it('never deletes an attachment of a message that is sent at the same time', async () => {
    const client = new Client({ connectionString: server.database.ownerUrl });
    await client.connect();
    for (let round = 0; round < counts.raceRounds / 5; round++) {
      const file = await upload();
      const messageId = await show(file);
      const [, answer] = await Promise.all([
        expectData(alice.request(deleteMessage, { messageId })),
        alice.request(sendMessage, {
          conversationId: group,
          type: 'file',
          media: [{ attachmentId: file.id }],
        }),
        runCleanup(),
        runCleanup(),
      ]);
      await runCleanup();
      if (!answer.ok) expect(answer.error).toMatchObject({ errors: [{ code: 'not_found' }] });
      expect([answer.ok, await isStored(file)]).toEqual([answer.ok, answer.ok]);
      if (answer.ok) expect(await statusOf(await urlOf(file))).toBe(200);
    }
    await expectInvariants(client);
    await client.end();
  });
});
