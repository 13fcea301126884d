import { getAttachment, uploadAttachment } from '../src/modules/attachments/attachments.contract.js';
import { SweepService } from '../src/modules/attachments/sweep.service.js';
import { startCall } from '../src/modules/calls/calls.contract.js';
import { createConversation } from '../src/modules/conversations/conversations.contract.js';
import type { MessageDto } from '../src/modules/messages/dto/message.dto.js';
import {
  deleteMessage,
  editMessage,
  listEdits,
  sendMessage,
} from '../src/modules/messages/messages.contract.js';
import { pinMessage } from '../src/modules/messages/pins.contract.js';
import { addReaction } from '../src/modules/messages/reactions/reactions.contract.js';
import { put, vote } from './proof/polls.js';
import { READS } from './proof/privacy-scene.js';
import { data, Device, refusal, restDoor, type Answer, type Door } from './setup/doors.js';
import { filesBelow, note } from './setup/files.js';
import { query } from './setup/embedded-fixture.js';
import { person, startTestServer, type TestServer } from './setup/server.js';
import { until } from './setup/until.js';

const SECRET = 'the secret that slipped out';
const EDITED = 'the secret, edited';

describe('A deleted text', () => {
  let server: TestServer;
  let alice: Door;
  let device: Device;
  let conversationId: string;
  let secret: MessageDto;
  let deleted: string;
  let address: string;
  /** An attachment that is still there. */
  let own: string;
  let callId: string;
  /** A poll that is still there, too. */
  let pollId: string;

  beforeAll(async () => {
    server = await startTestServer();
    const [writer, reader] = [await person(server, 'writer'), await person(server, 'reader')];
    alice = restDoor(server.url, writer.token);
    device = await Device.connect(server.url, reader.token);
    conversationId = (await data(alice.ask(createConversation, { type: 'dm', memberIds: [reader.id] }))).id;
    const file = { name: `${SECRET}.txt`, bytes: Buffer.from(SECRET) };
    const { id: attachmentId } = await data(alice.ask(uploadAttachment, { file }));
    const media = [{ attachmentId }];
    const said = { conversationId, content: SECRET, mentions: [reader.id] };
    secret = await data(alice.ask(sendMessage, { ...said, type: 'file', media, clientId: 'secret' }));
    address = (await data(alice.ask(getAttachment, { attachmentId }))).url;
    const readers = restDoor(server.url, reader.token);
    own = (await data(readers.ask(uploadAttachment, { file: note() }))).id;
    await data(device.ask(sendMessage, { conversationId, content: 'Oh?', replyToId: secret.id }));
    const inThread = await data(alice.ask(sendMessage, { ...said, threadRootId: secret.id }));
    await data(alice.ask(deleteMessage, { messageId: inThread.id }));
    await data(alice.ask(editMessage, { messageId: secret.id, content: EDITED }));
    await data(alice.ask(editMessage, { messageId: secret.id, content: `${EDITED} again` }));
    await data(device.ask(addReaction, { messageId: secret.id, emoji: '👍' }));
    await data(device.ask(pinMessage, { messageId: secret.id }));
    expect((await data(alice.ask(listEdits, { messageId: secret.id }))).items).toHaveLength(2);
    await data(alice.ask(deleteMessage, { messageId: secret.id }));
    const last = await data(alice.ask(sendMessage, { conversationId, content: `${SECRET}, again` }));
    await data(alice.ask(deleteMessage, { messageId: last.id }));
    deleted = attachmentId;
    callId = (await data(device.ask(startCall, { conversationId, type: 'voice' }))).id;
    const by = { door: alice };
    const poll = await put(by, conversationId, { question: SECRET, options: [SECRET, EDITED] });
    await data(vote({ door: device }, poll.pollId, poll.options[1]));
    await data(alice.ask(deleteMessage, { messageId: poll.message.id }));
    ({ pollId } = await put(by, conversationId));
  });
  afterAll(async () => {
    device.close();
    await server.stop();
  });

  it.each(READS.map((operation) => [operation.name, operation] as const))(
    'is in no answer of %s',
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
      const { properties } = await schemaOf(server, operation.input.name);
      const input = Object.fromEntries(
        Object.entries(fields).filter(([field, value]) => field in properties && value !== undefined),
      );
      const answers: Answer<unknown>[] = [await restDoor(server.url, tokenOf(device)).ask(operation, input)];
      if (operation.socket) answers.push(await device.ask(operation, input));
      expect(answers.map(({ ok }) => ok)).not.toContain(false);
      for (const answer of answers) expect(JSON.stringify(answer)).not.toMatch(/secret, edited|slipped/);
    },
  );

  it('is in no file', async () => {
    expect((await fetch(server.url + address)).status).toBe(404);
    expect(await refusal(alice.ask(getAttachment, { attachmentId: deleted }))).toBe('not_found');
    await server.app.get(SweepService).sweep();
    expect(await filesBelow(server.attachmentsDir)).toEqual([own]);
  });

  it('has left no words behind, by which it could be found or guessed', async () => {
    const { ownerUrl } = server.database;
    await until(async () => (await query(ownerUrl, 'SELECT FROM search_pending')).length === 0);
    const found = await query<{ seq: number }>(ownerUrl, 'SELECT seq::int FROM message_search');
    expect(found).toEqual([{ seq: 2 }, { seq: 7 }]);
  });

  it('does not come back with a retry of what created it', async () => {
    const again = await data(alice.ask(sendMessage, { conversationId, content: SECRET, clientId: 'secret' }));
    expect(again).toMatchObject({ id: secret.id, seq: 1, content: null, media: [], metadata: null });
  });

  it('is in no row of any table', async () => {
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

async function schemaOf(server: TestServer, name: string): Promise<{ properties: object }> {
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    components: { schemas: Record<string, { properties?: object }> };
  };
  return { properties: document.components.schemas[name]?.properties ?? {} };
}
