import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import {
  deleteMessage,
  editMessage,
  listMessages,
  sendMessage,
} from '../../../src/modules/messages/messages.contract.js';
import {
  expectData,
  Device,
  expectErrorCode,
  restTransport,
  type Transport,
} from '../../support/clients/transports.js';
import { waitUntil } from '../../support/environment/wait-until.js';
import {
  createUser,
  startTestServer,
  type TestUser,
  type TestServer,
} from '../../support/servers/test-server.js';

/** Alice and bob have a socket each, carol uses REST only, in the same conversations. */
describe('Two users on sockets and one over REST', () => {
  let server: TestServer;
  let [alice, bob, carol]: TestUser[] = [];
  let [alices, bobs]: Device[] = [];
  let carols: Transport;

  beforeAll(async () => {
    server = await startTestServer();
    [alice, bob, carol] = [
      await createUser(server, 'alice'),
      await createUser(server, 'bob'),
      await createUser(server, 'carol'),
    ];
    [alices, bobs] = [
      await Device.connect(server.url, alice.token),
      await Device.connect(server.url, bob.token),
    ];
    carols = restTransport(server.url, carol.token);
  });
  afterAll(async () => {
    alices!.close();
    bobs!.close();
    await server.stop();
  });

  /** Life cycle of two messages, one of each user over the transport of the user. */
  async function chat(one: Transport, other: Transport, otherId: string): Promise<MessageDto[]> {
    const { id: conversationId } = await expectData(
      one.request(createConversation, { type: 'dm', memberIds: [otherId] }),
    );
    const hello = await expectData(
      one.request(sendMessage, { conversationId, content: 'Hello', clientId: 'hello' }),
    );
    const reply = await expectData(
      other.request(sendMessage, { conversationId, content: 'Hi', replyToId: hello.id }),
    );
    expect(reply.replyTo).toMatchObject({ id: hello.id, excerpt: 'Hello' });
    const edited = await expectData(other.request(editMessage, { messageId: reply.id, content: 'Hi!' }));
    expect(await expectErrorCode(one.request(editMessage, { messageId: reply.id, content: 'Ho' }))).toBe(
      'forbidden',
    );
    const deleted = await expectData(one.request(deleteMessage, { messageId: hello.id }));

    const history = (await expectData(one.request(listMessages, { conversationId }))).items;
    expect(history).toEqual((await expectData(other.request(listMessages, { conversationId }))).items);
    expect(history.map(({ id, version }) => ({ id, version }))).toEqual([
      { id: deleted.id, version: deleted.version },
      { id: edited.id, version: edited.version },
    ]);
    return [hello, reply, edited, deleted];
  }

  const receivedMessagesOf = (device: Device, { conversationId }: MessageDto): unknown[] =>
    device.events.filter(({ payload }) => payload.conversationId === conversationId);

  async function expectReceived(device: Device, answers: MessageDto[]): Promise<void> {
    await waitUntil(() => receivedMessagesOf(device, answers[0]!).length >= answers.length);
    expect(receivedMessagesOf(device, answers[0]!)).toEqual(asEvents(answers));
  }

  const asEvents = ([hello, reply, edited, deleted]: MessageDto[]): unknown[] => [
    { name: 'message.new', payload: hello },
    { name: 'message.new', payload: reply },
    { name: 'message.updated', payload: { ...edited, actorId: edited!.senderId } },
    { name: 'message.deleted', payload: deleted },
  ];

  it('chat socket to socket: both receive each result as an event', async () => {
    const answers = await chat(alices!, bobs!, bob!.id);
    await expectReceived(alices!, answers);
    await expectReceived(bobs!, answers);
  });

  it('chat REST to socket: the socket receives the results of REST as events', async () => {
    const answers = await chat(carols, alices!, alice!.id);
    await expectReceived(alices!, answers);
    expect(receivedMessagesOf(bobs!, answers[0]!)).toEqual([]);
  });

  it('chat socket to REST: REST returns the results of the socket', async () => {
    const answers = await chat(bobs!, carols, carol!.id);
    await expectReceived(bobs!, answers);
    expect(receivedMessagesOf(alices!, answers[0]!)).toEqual([]);
  });
});
