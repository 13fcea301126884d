import { randomUUID } from 'node:crypto';
import {
  createConversation,
  updateConversation,
} from '../src/modules/conversations/conversations.contract.js';
import { readConversation, updateMembership } from '../src/modules/conversations/marks.contract.js';
import { addMembers } from '../src/modules/conversations/members.contract.js';
import { ViewsService } from '../src/modules/conversations/views.service.js';
import type { SyncedDto } from '../src/modules/inbox/dto/sync.dto.js';
import { sync } from '../src/modules/inbox/inbox.contract.js';
import { deleteMessage, editMessage, sendMessage } from '../src/modules/messages/messages.contract.js';
import { apply } from '../src/reducer/apply.js';
import { NOTHING, type State } from '../src/reducer/state.js';
import { Changes } from './proof/changes.js';
import { comparable, opened, readAnew, synced } from './proof/client.js';
import { withSeed } from './proof/random.js';
import { expectSufficient } from './proof/sufficient.js';
import { counts } from './setup/counts.js';
import { data, Device, restDoor, type Door } from './setup/doors.js';
import { person, startTestServer, type Person, type TestServer } from './setup/server.js';

jest.setTimeout(Math.max(120_000, counts.reconnects * 60_000));

const MISSED = 200;

let server: TestServer;
/** No call ends by itself while two readings of it are compared. */
const PATIENT = { callRingSeconds: 600, callLeaseSeconds: 600 };

beforeAll(async () => (server = await startTestServer(PATIENT)));
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

describe('Who syncs while things go on', () => {
  let alice: Person;
  let bob: Person;
  let door: Door;
  let device: Device;
  const groups: string[] = [];

  beforeEach(async () => {
    const name = randomUUID();
    [alice, bob] = [await person(server, `alice ${name}`), await person(server, `bob ${name}`)];
    door = restDoor(server.url, alice.token);
    device = await Device.connect(server.url, alice.token);
    groups.length = 0;
  });
  afterEach(() => device.close());

  const begin = async (count: number): Promise<void> => {
    for (let number = 0; number < count; number++)
      groups.push((await data(door.ask(createConversation, { type: 'group', memberIds: [bob.id] }))).id);
    await device.hear(count, 'conversation.new');
    device.heard.length = 0;
  };
  const withEvents = (state: State): State => device.heard.reduce(apply, state);

  it('loses no conversation whose own side changes between two pages', async () => {
    await begin(60);
    const [oldest] = groups;
    let isFirst = true;
    const state = await synced(NOTHING, door, async () => {
      if (isFirst) await data(door.ask(updateMembership, { conversationId: oldest, pinned: true }));
      isFirst = false;
    });
    await device.hear(1, 'membership.updated');
    expect(comparable(withEvents(state))).toEqual(comparable(await readAnew(door)));
  });

  it('gets by the next sync what an event tells of a conversation that it does not hold', async () => {
    await begin(2);
    const state = await synced(NOTHING, door);
    await data(door.ask(updateMembership, { conversationId: groups[0]!, pinned: true }));
    await device.hear(1, 'membership.updated');
    const conversations = new Map([...state.conversations].filter(([id]) => id !== groups[0]));
    const after = withEvents({ ...state, conversations });
    expect([after.me, after.isStale]).toEqual([state.me, true]);
    expect(comparable(await synced(after, door))).toEqual(comparable(await readAnew(door)));
  });

  it('does not lose a mark whose event comes after five hundred messages', async () => {
    await begin(1);
    const conversationId = groups[0]!;
    const writer = restDoor(server.url, bob.token);
    const say = (): Promise<unknown> =>
      data(writer.ask(sendMessage, { conversationId, content: 'On and on' }));
    for (let number = 0; number < 5; number++) await say();
    const before = await readAnew(door);
    device.heard.length = 0;
    await data(door.ask(readConversation, { conversationId, seq: 5 }));
    for (let number = 0; number < 502; number++) await say();
    await device.hear(502, 'message.new');
    const [mark] = device.heard.filter(({ name }) => name === 'membership.updated');
    const others = device.heard.filter((event) => event !== mark);
    const late = [...others, mark!].reduce(apply, before);
    expect(late.isStale).toBe(true);
    expect(comparable(await opened(await synced(late, door), door))).toEqual(
      comparable(await readAnew(door)),
    );
  });

  it('gets the members of the very version that it is told', async () => {
    await begin(1);
    const conversationId = groups[0]!;
    const carol = await person(server, `carol ${randomUUID()}`);
    const before = await readAnew(door);
    await data(door.ask(updateConversation, { conversationId, title: 'Moved' }));
    const views = server.app.get(ViewsService);
    const held = views.held.bind(views);
    jest.spyOn(views, 'held').mockImplementationOnce(async (...asked) => {
      const rows = await held(...asked);
      await data(door.ask(addMembers, { conversationId, userIds: [carol.id] }));
      return rows;
    });
    expect(comparable(await synced(before, door))).toEqual(comparable(await readAnew(door)));
  });

  it('gets no more messages on a page than it should, however many have changed', async () => {
    await begin(12);
    const writer = restDoor(server.url, bob.token);
    for (const conversationId of groups)
      for (let number = 0; number < 150; number++)
        await data(writer.ask(sendMessage, { conversationId, content: 'Much' }));
    const named = Object.fromEntries(groups.map((id) => [id, 1]));
    const pages: number[] = [];
    for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
      const page: SyncedDto = await data(door.ask(sync, { me: 12, conversations: named, cursor }));
      pages.push(page.conversations.reduce((sum, { messages }) => sum + messages.length, 0));
      cursor = page.nextCursor ?? undefined;
    }
    expect(pages).toEqual([1_050, 750]);
  });
});
