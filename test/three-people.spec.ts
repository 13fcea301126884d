import { createConversation } from '../src/modules/conversations/conversations.contract.js';
import type { MessageDto } from '../src/modules/messages/dto/message.dto.js';
import {
  deleteMessage,
  editMessage,
  listMessages,
  sendMessage,
} from '../src/modules/messages/messages.contract.js';
import { data, Device, refusal, restDoor, type Door } from './setup/doors.js';
import { until } from './setup/until.js';
import { person, startTestServer, type Person, type TestServer } from './setup/server.js';

/** Alice and bob each have a socket, carol has nothing but REST: the doors meet in the same conversations. */
describe('Two people on sockets and one over REST', () => {
  let server: TestServer;
  let [alice, bob, carol]: Person[] = [];
  let [alices, bobs]: Device[] = [];
  let carols: Door;

  beforeAll(async () => {
    server = await startTestServer();
    [alice, bob, carol] = [
      await person(server, 'alice'),
      await person(server, 'bob'),
      await person(server, 'carol'),
    ];
    [alices, bobs] = [
      await Device.connect(server.url, alice.token),
      await Device.connect(server.url, bob.token),
    ];
    carols = restDoor(server.url, carol.token);
  });
  afterAll(async () => {
    alices!.close();
    bobs!.close();
    await server.stop();
  });

  /** The life of two messages, of which each person writes one through their own door. */
  async function chat(one: Door, other: Door, otherId: string): Promise<MessageDto[]> {
    const { id: conversationId } = await data(
      one.ask(createConversation, { type: 'dm', memberIds: [otherId] }),
    );
    const hello = await data(one.ask(sendMessage, { conversationId, content: 'Hello', clientId: 'hello' }));
    const reply = await data(other.ask(sendMessage, { conversationId, content: 'Hi', replyToId: hello.id }));
    expect(reply.replyTo).toMatchObject({ id: hello.id, excerpt: 'Hello' });
    const edited = await data(other.ask(editMessage, { messageId: reply.id, content: 'Hi!' }));
    expect(await refusal(one.ask(editMessage, { messageId: reply.id, content: 'Ho' }))).toBe('forbidden');
    const deleted = await data(one.ask(deleteMessage, { messageId: hello.id }));

    const history = (await data(one.ask(listMessages, { conversationId }))).items;
    expect(history).toEqual((await data(other.ask(listMessages, { conversationId }))).items);
    expect(history.map(({ id, version }) => ({ id, version }))).toEqual([
      { id: deleted.id, version: deleted.version },
      { id: edited.id, version: edited.version },
    ]);
    return [hello, reply, edited, deleted];
  }

  const heardIn = (device: Device, { conversationId }: MessageDto): unknown[] =>
    device.heard.filter(({ payload }) => payload.conversationId === conversationId);

  async function expectHeard(device: Device, answers: MessageDto[]): Promise<void> {
    await until(() => heardIn(device, answers[0]!).length >= answers.length);
    expect(heardIn(device, answers[0]!)).toEqual(asEvents(answers));
  }

  const asEvents = ([hello, reply, edited, deleted]: MessageDto[]): unknown[] => [
    { name: 'message.new', payload: hello },
    { name: 'message.new', payload: reply },
    { name: 'message.updated', payload: { ...edited, by: edited!.senderId } },
    { name: 'message.deleted', payload: deleted },
  ];

  it('chat socket to socket: both hear every answer as an event', async () => {
    const answers = await chat(alices!, bobs!, bob!.id);
    await expectHeard(alices!, answers);
    await expectHeard(bobs!, answers);
  });

  it('chat REST to socket: the socket hears what REST was answered', async () => {
    const answers = await chat(carols, alices!, alice!.id);
    await expectHeard(alices!, answers);
    expect(heardIn(bobs!, answers[0]!)).toEqual([]);
  });

  it('chat socket to REST likewise', async () => {
    const answers = await chat(bobs!, carols, carol!.id);
    await expectHeard(bobs!, answers);
    expect(heardIn(alices!, answers[0]!)).toEqual([]);
  });
});
