import { randomUUID } from 'node:crypto';
import {
  createConversation,
  updateConversation,
} from '../../src/modules/conversations/conversations.contract.js';
import {
  markConversationRead,
  updateMembership,
} from '../../src/modules/conversations/memberships/memberships.contract.js';
import { addMembers } from '../../src/modules/conversations/members/members.contract.js';
import { ConversationQueryService } from '../../src/modules/conversations/conversation-query.service.js';
import type { SyncResponseDto } from '../../src/modules/sync/dto/sync.dto.js';
import { sync } from '../../src/modules/sync/sync.contract.js';
import { deleteMessage, editMessage, sendMessage } from '../../src/modules/messages/messages.contract.js';
import { apply } from '@tms/client/state/apply';
import { EMPTY_STATE, type State } from '@tms/client/state/state';
import { RandomChanges } from '../support/events/random-changes.js';
import { toComparable, loadFullHistory, readFreshState, syncState } from '../support/events/sync-client.js';
import { withSeed } from '../support/environment/random.js';
import { expectEventSufficiency } from '../support/events/event-sufficiency.js';
import { counts } from '../support/environment/counts.js';
import { expectData, Device, restTransport, type Transport } from '../support/clients/transports.js';
import {
  createUser,
  startTestServer,
  type TestUser,
  type TestServer,
} from '../support/servers/test-server.js';

jest.setTimeout(Math.max(120_000, counts.reconnects * 60_000));

const MISSED = 200;

let server: TestServer;
/** Ringing time that ends no call between two compared reads. */
const LONG_TIMEOUTS = { callRingSeconds: 600, callLeaseSeconds: 600 };

beforeAll(async () => (server = await startTestServer(LONG_TIMEOUTS)));
afterAll(() => server.stop());

describe(`A client that missed ${MISSED} changes of every kind`, () => {
  it.each([
    ['reads the same state by a sync as by a fresh read', []],
    // Events that only request a sync are excluded: the other events must suffice.
    ['has the same state after applying the missed events', ['clear']],
  ])('%s', async (name, without) => {
    for (let round = 1; round <= counts.reconnects; round++)
      await withSeed(async (random) => {
        await expectEventSufficiency(server, `${name} ${round} ${random()}`, async (context) => {
          await new RandomChanges(context, random).perform(MISSED, { without });
        });
      });
  });
});

describe('A client that missed more changes than a sync contains', () => {
  let alice: TestUser;
  let bob: TestUser;
  let transport: Transport;
  let conversationId: string;

  beforeAll(async () => {
    [alice, bob] = [await createUser(server, 'alice'), await createUser(server, 'bob')];
    transport = restTransport(server.url, alice.token);
    conversationId = (
      await expectData(transport.request(createConversation, { type: 'dm', memberIds: [bob.id] }))
    ).id;
  });

  it('gets the newest messages and finds the rest in the history, with the deletions', async () => {
    const first = await expectData(transport.request(sendMessage, { conversationId, content: 'First' }));
    const reader = restTransport(server.url, bob.token);
    const before = await readFreshState(reader);
    for (let number = 0; number < MISSED + 1; number++)
      await expectData(transport.request(sendMessage, { conversationId, content: `Number ${number}` }));
    await expectData(transport.request(deleteMessage, { messageId: first.id }));
    await expectData(reader.request(markConversationRead, { conversationId, seq: 100 }));

    const pages: SyncResponseDto[] = [];
    const after = await syncState(before, reader, (page) => pages.push(page));
    const [entry] = pages.flatMap((page) => page.conversations);
    expect(entry).toMatchObject({ reset: true, hasMore: true, version: MISSED + 4 });
    expect(entry!.messages).toHaveLength(50);
    expect(toComparable(await loadFullHistory(after, reader))).toEqual(
      toComparable(await readFreshState(reader)),
    );
  });

  it('gets up to 200 changes in the order of their versions, each message once', async () => {
    const reader = restTransport(server.url, bob.token);
    const before = await readFreshState(reader);
    const { id: messageId } = await expectData(
      transport.request(sendMessage, { conversationId, content: 'Draft' }),
    );
    for (let number = 0; number < 20; number++)
      await expectData(transport.request(editMessage, { messageId, content: `Draft ${number}` }));
    for (let number = 0; number < MISSED - 1; number++)
      await expectData(transport.request(sendMessage, { conversationId, content: `More ${number}` }));
    const { conversation } = before.conversations.get(conversationId)!;
    const page = await expectData(
      reader.request(sync, {
        accountVersion: before.accountVersion,
        conversations: { [conversationId]: conversation.version },
      }),
    );
    const { reset, messages, members } = page.conversations[0]!;
    expect([reset, messages.length, members]).toEqual([false, MISSED, null]);
    const versions = messages.map(({ version }) => version);
    expect(versions).toEqual([...versions].sort((one, other) => one - other));
    expect(new Set(messages.map(({ id }) => id)).size).toBe(MISSED);
  });

  it('gets the conversations that it left, and none of which it was never a member', async () => {
    const carol = restTransport(server.url, (await createUser(server, 'carol')).token);
    const unknown = '00000000-0000-7000-8000-000000000000';
    const page = await expectData(
      carol.request(sync, { conversations: { [conversationId]: 1, [unknown]: 7 } }),
    );
    expect([page.conversations, page.removed.sort()]).toEqual([[], [unknown, conversationId].sort()]);
    expect(page.users).toEqual({});
  });

  it('starts over with the versions of another database', async () => {
    const reader = restTransport(server.url, bob.token);
    const page = await expectData(
      reader.request(sync, { accountVersion: 10 ** 9, conversations: { [conversationId]: 10 ** 9 } }),
    );
    expect(page.conversations).toMatchObject([{ conversation: { id: conversationId }, reset: true }]);
    expect(page.accountVersion).toBe(page.user!.accountVersion);
  });
});

describe('A sync during changes', () => {
  let alice: TestUser;
  let bob: TestUser;
  let transport: Transport;
  let device: Device;
  const groups: string[] = [];

  beforeEach(async () => {
    const name = randomUUID();
    [alice, bob] = [await createUser(server, `alice ${name}`), await createUser(server, `bob ${name}`)];
    transport = restTransport(server.url, alice.token);
    device = await Device.connect(server.url, alice.token);
    groups.length = 0;
  });
  afterEach(() => device.close());

  const begin = async (count: number): Promise<void> => {
    for (let number = 0; number < count; number++)
      groups.push(
        (await expectData(transport.request(createConversation, { type: 'group', memberIds: [bob.id] }))).id,
      );
    await device.waitForEvents(count, 'conversation.new');
    device.events.length = 0;
  };
  const withEvents = (state: State): State => device.events.reduce(apply, state);

  it('misses no conversation whose private side changes between two pages', async () => {
    await begin(60);
    const [oldest] = groups;
    let isFirst = true;
    const state = await syncState(EMPTY_STATE, transport, async () => {
      if (isFirst)
        await expectData(transport.request(updateMembership, { conversationId: oldest, pinned: true }));
      isFirst = false;
    });
    await device.waitForEvents(1, 'membership.updated');
    expect(toComparable(withEvents(state))).toEqual(toComparable(await readFreshState(transport)));
  });

  it('contains a conversation that the client learned of from an event only', async () => {
    await begin(2);
    const state = await syncState(EMPTY_STATE, transport);
    await expectData(transport.request(updateMembership, { conversationId: groups[0]!, pinned: true }));
    await device.waitForEvents(1, 'membership.updated');
    const conversations = new Map([...state.conversations].filter(([id]) => id !== groups[0]));
    const after = withEvents({ ...state, conversations });
    expect([after.accountVersion, after.isStale]).toEqual([state.accountVersion, true]);
    expect(toComparable(await syncState(after, transport))).toEqual(
      toComparable(await readFreshState(transport)),
    );
  });

  it('keeps a receipt whose event follows five hundred messages', async () => {
    await begin(1);
    const conversationId = groups[0]!;
    const writer = restTransport(server.url, bob.token);
    const sendText = (): Promise<unknown> =>
      expectData(writer.request(sendMessage, { conversationId, content: 'On and on' }));
    for (let number = 0; number < 5; number++) await sendText();
    const before = await readFreshState(transport);
    device.events.length = 0;
    await expectData(transport.request(markConversationRead, { conversationId, seq: 5 }));
    for (let number = 0; number < 502; number++) await sendText();
    await device.waitForEvents(502, 'message.new');
    const [membershipEvent] = device.events.filter(({ name }) => name === 'membership.updated');
    const others = device.events.filter((event) => event !== membershipEvent);
    const late = [...others, membershipEvent!].reduce(apply, before);
    expect(late.isStale).toBe(true);
    expect(toComparable(await loadFullHistory(await syncState(late, transport), transport))).toEqual(
      toComparable(await readFreshState(transport)),
    );
  });

  it('contains the members of the version that it states', async () => {
    await begin(1);
    const conversationId = groups[0]!;
    const carol = await createUser(server, `carol ${randomUUID()}`);
    const before = await readFreshState(transport);
    await expectData(transport.request(updateConversation, { conversationId, title: 'Moved' }));
    const views = server.app.get(ConversationQueryService);
    const findChangedConversations = views.findChangedConversations.bind(views);
    jest.spyOn(views, 'findChangedConversations').mockImplementationOnce(async (...args) => {
      const rows = await findChangedConversations(...args);
      await expectData(transport.request(addMembers, { conversationId, userIds: [carol.id] }));
      return rows;
    });
    expect(toComparable(await syncState(before, transport))).toEqual(
      toComparable(await readFreshState(transport)),
    );
  });

  it('contains at most one page of messages, however many have changed', async () => {
    await begin(12);
    const writer = restTransport(server.url, bob.token);
    for (const conversationId of groups)
      for (let number = 0; number < 150; number++)
        await expectData(writer.request(sendMessage, { conversationId, content: 'Much' }));
    const requested = Object.fromEntries(groups.map((id) => [id, 1]));
    const pages: number[] = [];
    for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
      const page: SyncResponseDto = await expectData(
        transport.request(sync, { accountVersion: 12, conversations: requested, cursor }),
      );
      pages.push(page.conversations.reduce((sum, { messages }) => sum + messages.length, 0));
      cursor = page.nextCursor ?? undefined;
    }
    expect(pages).toEqual([1_050, 750]);
  });
});
