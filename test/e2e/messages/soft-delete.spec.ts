import { openApiDocument } from '../../../src/api-docs/openapi.js';
import { getAttachment, uploadAttachment } from '../../../src/modules/attachments/attachments.contract.js';
import { AttachmentCleanupService } from '../../../src/modules/attachments/attachment-cleanup.service.js';
import { startCall } from '../../../src/modules/calls/calls.contract.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import {
  deleteMessage,
  editMessage,
  listEdits,
  sendMessage,
} from '../../../src/modules/messages/messages.contract.js';
import { pinMessage } from '../../../src/modules/messages/pins/pins.contract.js';
import { addReaction } from '../../../src/modules/messages/reactions/reactions.contract.js';
import { createTestPoll, vote } from '../../support/features/poll-commands.js';
import { READS } from '../../support/contract/privacy-fixture.js';
import {
  expectData,
  Device,
  expectErrorCode,
  restTransport,
  type Answer,
  type Transport,
} from '../../support/clients/transports.js';
import { listFiles, createTextFile } from '../../support/uploads/sample-files.js';
import { query } from '../../support/servers/embedded-postgres-fixture.js';
import { createUser, startTestServer, type TestServer } from '../../support/servers/test-server.js';
import { waitUntil } from '../../support/environment/wait-until.js';

const SECRET = 'the secret that slipped out';
const EDITED = 'the secret, edited';

describe('A deleted text', () => {
  let server: TestServer;
  let alice: Transport;
  let device: Device;
  let conversationId: string;
  let secret: MessageDto;
  let deleted: string;
  let address: string;
  /** Attachment that is not deleted. */
  let own: string;
  let callId: string;
  /** Poll that is not deleted. */
  let pollId: string;

  beforeAll(async () => {
    server = await startTestServer();
    const [writer, reader] = [await createUser(server, 'writer'), await createUser(server, 'reader')];
    alice = restTransport(server.url, writer.token);
    device = await Device.connect(server.url, reader.token);
    conversationId = (
      await expectData(alice.request(createConversation, { type: 'dm', memberIds: [reader.id] }))
    ).id;
    const file = { name: `${SECRET}.txt`, bytes: Buffer.from(SECRET) };
    const { id: attachmentId } = await expectData(alice.request(uploadAttachment, { file }));
    const media = [{ attachmentId }];
    const input = { conversationId, content: SECRET, mentions: [reader.id] };
    secret = await expectData(
      alice.request(sendMessage, { ...input, type: 'file', media, clientId: 'secret' }),
    );
    address = (await expectData(alice.request(getAttachment, { attachmentId }))).url;
    const readers = restTransport(server.url, reader.token);
    own = (await expectData(readers.request(uploadAttachment, { file: createTextFile() }))).id;
    await expectData(device.request(sendMessage, { conversationId, content: 'Oh?', replyToId: secret.id }));
    const threadReply = await expectData(alice.request(sendMessage, { ...input, threadRootId: secret.id }));
    await expectData(alice.request(deleteMessage, { messageId: threadReply.id }));
    await expectData(alice.request(editMessage, { messageId: secret.id, content: EDITED }));
    await expectData(alice.request(editMessage, { messageId: secret.id, content: `${EDITED} again` }));
    await expectData(device.request(addReaction, { messageId: secret.id, emoji: '👍' }));
    await expectData(device.request(pinMessage, { messageId: secret.id }));
    expect((await expectData(alice.request(listEdits, { messageId: secret.id }))).items).toHaveLength(2);
    await expectData(alice.request(deleteMessage, { messageId: secret.id }));
    const last = await expectData(
      alice.request(sendMessage, { conversationId, content: `${SECRET}, again` }),
    );
    await expectData(alice.request(deleteMessage, { messageId: last.id }));
    deleted = attachmentId;
    callId = (await expectData(device.request(startCall, { conversationId, type: 'voice' }))).id;
    const by = { transport: alice };
    const poll = await createTestPoll(by, conversationId, { question: SECRET, options: [SECRET, EDITED] });
    await expectData(vote({ transport: device }, poll.pollId, poll.options[1]));
    await expectData(alice.request(deleteMessage, { messageId: poll.message.id }));
    ({ pollId } = await createTestPoll(by, conversationId));
  });
  afterAll(async () => {
    device.close();
    await server.stop();
  });

  it.each(READS.map((operation) => [operation.name, operation] as const))(
    'is absent from the answers of %s',
    async (_name, operation) => {
      const fields: Record<string, unknown> = {
        conversationId,
        pollId,
        messageId: secret.id,
        userId: secret.senderId,
        q: 'secret slipped',
        conversations: { [conversationId]: 1 },
        attachmentId: own,
        callId,
        ids: operation.name === 'user.list' ? undefined : [deleted, own].join(),
      };
      const { properties } = schemaOf(server, operation.input.name);
      const input = Object.fromEntries(
        Object.entries(fields).filter(([field, value]) => field in properties && value !== undefined),
      );
      const answers: Answer<unknown>[] = [
        await restTransport(server.url, tokenOf(device)).request(operation, input),
      ];
      if (operation.socket) answers.push(await device.request(operation, input));
      expect(answers.map(({ ok }) => ok)).not.toContain(false);
      for (const answer of answers) expect(JSON.stringify(answer)).not.toMatch(/secret, edited|slipped/);
    },
  );

  it('is absent from the stored files', async () => {
    expect((await fetch(server.url + address)).status).toBe(404);
    expect(await expectErrorCode(alice.request(getAttachment, { attachmentId: deleted }))).toBe('not_found');
    await server.app.get(AttachmentCleanupService).runCleanup();
    expect(await listFiles(server.attachmentsDir)).toEqual([own]);
  });

  it('has no search keys', async () => {
    const { ownerUrl } = server.database;
    await waitUntil(async () => (await query(ownerUrl, 'SELECT FROM search_index_queue')).length === 0);
    const found = await query<{ seq: number }>(ownerUrl, 'SELECT seq::int FROM message_search');
    expect(found).toEqual([{ seq: 2 }, { seq: 7 }]);
  });

  it('is not returned by a retry of its creation', async () => {
    const again = await expectData(
      alice.request(sendMessage, { conversationId, content: SECRET, clientId: 'secret' }),
    );
    expect(again).toMatchObject({ id: secret.id, seq: 1, content: null, media: [], metadata: null });
  });

  it('is absent from all tables', async () => {
    const tables = await query<{ name: string }>(
      server.database.ownerUrl,
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    for (const { name } of tables) {
      const rows = await query(server.database.ownerUrl, `SELECT t::text FROM ${name} t`);
      expect([name, JSON.stringify(rows)]).not.toEqual([
        name,
        expect.stringMatching(/secret, edited|slipped/),
      ]);
    }
  });
});

function tokenOf({ socket }: Device): string {
  return (socket.auth as { token: string }).token;
}

function schemaOf(server: TestServer, name: string): { properties: object } {
  const schemas = openApiDocument(server.app).components!.schemas as Record<string, { properties?: object }>;
  return { properties: schemas[name]?.properties ?? {} };
}
