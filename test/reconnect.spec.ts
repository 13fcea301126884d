import { createConversation } from '../src/modules/conversations/conversations.contract.js';
import { readConversation } from '../src/modules/conversations/marks.contract.js';
import type { SyncedDto } from '../src/modules/inbox/dto/sync.dto.js';
import { sync } from '../src/modules/inbox/inbox.contract.js';
import { deleteMessage, editMessage, sendMessage } from '../src/modules/messages/messages.contract.js';
import { Changes } from './proof/changes.js';
import { comparable, opened, readAnew, synced } from './proof/client.js';
import { withSeed } from './proof/random.js';
import { expectSufficient } from './proof/sufficient.js';
import { counts } from './setup/counts.js';
import { data, restDoor, type Door } from './setup/doors.js';
import { person, startTestServer, type Person, type TestServer } from './setup/server.js';

jest.setTimeout(Math.max(60_000, counts.reconnects * 20_000));

const MISSED = 200;

let server: TestServer;
beforeAll(async () => (server = await startTestServer()));
afterAll(() => server.stop());

describe(`Who missed ${MISSED} changes of every kind`, () => {
  it.each([
    ['reads the same after a sync as anew', []],
    // it tells devices to sync: without it, the events must be enough by themselves
    ['knows the same by the events, were they heard after all', ['clear']],
  ])('%s', async (name, without) => {
    for (let round = 1; round <= counts.reconnects; round++)
      await withSeed(async (random) => {
        await expectSufficient(server, `${name} ${round} ${random()}`, async (stage) => {
          await new Changes(stage, random).make(MISSED, { without });
        });
      });
  });
});

describe('Who missed more than a sync brings one by one', () => {
  let alice: Person;
  let bob: Person;
  let door: Door;
  let conversationId: string;

  beforeAll(async () => {
    [alice, bob] = [await person(server, 'alice'), await person(server, 'bob')];
    door = restDoor(server.url, alice.token);
    conversationId = (await data(door.ask(createConversation, { type: 'dm', memberIds: [bob.id] }))).id;
  });

  it('gets the newest of it and finds the rest in the history, what was deleted included', async () => {
    const first = await data(door.ask(sendMessage, { conversationId, content: 'First' }));
    const reader = restDoor(server.url, bob.token);
    const before = await readAnew(reader);
    for (let number = 0; number < MISSED + 1; number++)
      await data(door.ask(sendMessage, { conversationId, content: `Number ${number}` }));
    await data(door.ask(deleteMessage, { messageId: first.id }));
    await data(reader.ask(readConversation, { conversationId, seq: 100 }));

    const pages: SyncedDto[] = [];
    const after = await synced(before, reader, (page) => pages.push(page));
    const [entry] = pages.flatMap((page) => page.conversations);
    expect(entry).toMatchObject({ reset: true, hasMore: true, version: MISSED + 4 });
    expect(entry!.messages).toHaveLength(50);
    expect(comparable(await opened(after, reader))).toEqual(comparable(await readAnew(reader)));
  });

  it('gets up to 200 changes in the order of their versions, each message once', async () => {
    const reader = restDoor(server.url, bob.token);
    const before = await readAnew(reader);
    const { id: messageId } = await data(door.ask(sendMessage, { conversationId, content: 'Draft' }));
    for (let number = 0; number < 20; number++)
      await data(door.ask(editMessage, { messageId, content: `Draft ${number}` }));
    for (let number = 0; number < MISSED - 1; number++)
      await data(door.ask(sendMessage, { conversationId, content: `More ${number}` }));
    const { conversation } = before.conversations.get(conversationId)!;
    const page = await data(
      reader.ask(sync, { me: before.me, conversations: { [conversationId]: conversation.version } }),
    );
    const { reset, messages, members } = page.conversations[0]!;
    expect([reset, messages.length, members]).toEqual([false, MISSED, null]);
    const versions = messages.map(({ version }) => version);
    expect(versions).toEqual([...versions].sort((one, other) => one - other));
    expect(new Set(messages.map(({ id }) => id)).size).toBe(MISSED);
  });

  it('is told what it is no longer in, and nothing of what it never was in', async () => {
    const carol = restDoor(server.url, (await person(server, 'carol')).token);
    const unknown = '00000000-0000-7000-8000-000000000000';
    const page = await data(carol.ask(sync, { conversations: { [conversationId]: 1, [unknown]: 7 } }));
    expect([page.conversations, page.removed.sort()]).toEqual([[], [unknown, conversationId].sort()]);
    expect(page.users).toEqual({});
  });

  it('with versions of another database starts anew', async () => {
    const reader = restDoor(server.url, bob.token);
    const page = await data(reader.ask(sync, { me: 10 ** 9, conversations: { [conversationId]: 10 ** 9 } }));
    expect(page.conversations).toMatchObject([{ conversation: { id: conversationId }, reset: true }]);
    expect(page.me).toBe(page.user!.meVersion);
  });
});
