import { UNKNOWN_ID } from '../../support/clients/unknown-id.js';
import { waitUntil } from '../../support/environment/wait-until.js';
import {
  createConversation,
  getConversation,
} from '../../../src/modules/conversations/conversations.contract.js';
import {
  markConversationDelivered,
  markConversationRead,
  markConversationUnread,
  updateMembership,
} from '../../../src/modules/conversations/memberships/memberships.contract.js';
import { addMembers, removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import { receiptUpdated } from '../../../src/modules/conversations/memberships/memberships.contract.js';
import { clearUnread, getUnread, listConversations } from '../../../src/modules/inbox/inbox.contract.js';
import { deleteMessage, editMessage, sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { getSelf } from '../../../src/modules/users/users.contract.js';
import {
  bothTransports,
  type TestActor,
  type ScenarioContext,
} from '../../support/clients/both-transports.js';
import { seededRandom, type Random } from '../../support/environment/random.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';

const ACTIONS = 120;
const ACTIONS_BETWEEN_CHECKS = 30;
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32);

const accountVersionOf = async ({ rest }: TestActor): Promise<number> =>
  (await expectData(rest.request(getSelf, {}))).accountVersion;

async function myUnread({ transport, rest }: TestActor, conversationId: string): Promise<number> {
  const { membership } = await expectData(rest.request(getConversation, { conversationId }));
  const { total, conversations } = await expectData(transport.request(getUnread, {}));
  expect(total).toBe(membership!.unread);
  expect(conversations).toEqual(
    membership!.unread ? [{ conversationId, unread: membership!.unread, mentions: 0, muted: false }] : [],
  );
  return membership!.unread;
}

/** Events of a user other than new messages and receipts. */
const membershipChangesOf = ({ device }: TestActor): object[] =>
  device.events.filter(({ name }) => !/\.new$/.test(name) && name !== receiptUpdated.name);

/** Expected unread messages, computed independently of the server (D7). */
const COUNTED = `
  SELECT m.user_id, m.conversation_id, count(*)::int AS unread
  FROM conversation_members m JOIN messages USING (conversation_id)
  WHERE messages.seq > m.last_read_seq - CASE WHEN m.unread_from_seq IS NULL THEN 0 ELSE m.last_read_seq - m.unread_from_seq + 1 END
    AND (sender_id IS NULL OR sender_id <> m.user_id) AND type <> 'system' AND deleted_at IS NULL AND thread_root_id IS NULL
  GROUP BY 1, 2`;

describe('The unread count', () => {
  bothTransports(
    'contains existing messages of other users',
    async ({ alice, bob, group, sendText, sql }) => {
      const conversationId = await group();
      const first = await sendText(alice, conversationId, 'One');
      const second = await sendText(alice, conversationId, 'Two');
      await sendText(bob, conversationId, 'His own');
      const answer = { conversationId, content: 'An answer', replyToId: first.id };
      await expectData(alice.transport.request(sendMessage, answer));
      expect([await myUnread(bob, conversationId), await myUnread(alice, conversationId)]).toEqual([3, 1]);

      await expectData(alice.transport.request(editMessage, { messageId: first.id, content: 'Otherwise' }));
      expect(await myUnread(bob, conversationId)).toBe(3);
      await expectData(alice.transport.request(deleteMessage, { messageId: second.id }));
      expect(await myUnread(bob, conversationId)).toBe(2);
      const append = (type: string, by: string, root: string): string =>
        `SELECT outcome FROM append_message(gen_random_uuid(), '${conversationId}', '${alice.id}', '${type}', '${by}',
         NULL, NULL, NULL, NULL, ${root}, NULL)`;
      await sql(append('system', 'Somebody came', 'NULL'));
      await sql(append('text', 'In a thread', `'${first.id}'`));
      await sql('UPDATE conversations SET version = version - 2'); // no event for these two
      expect([await myUnread(bob, conversationId), await myUnread(alice, conversationId)]).toEqual([2, 1]);
      expect((await expectData(bob.rest.request(listConversations, {}))).items).toMatchObject([
        {
          lastSeq: 6,
          lastMessage: { seq: 4, excerpt: 'An answer' },
          membership: { unread: 2, lastReadSeq: 0 },
        },
      ]);
    },
  );

  bothTransports(`is exact after random changes (SEED=${seed})`, (context) =>
    actAtRandom(context, seededRandom(seed)),
  );

  bothTransports('becomes zero in all conversations at once', async ({ alice, bob, dm, group, sendText }) => {
    const conversations = [await dm(), await group()];
    for (const conversationId of conversations) await sendText(alice, conversationId);
    const second = await bob.connectDevice();
    expect((await expectData(bob.transport.request(getUnread, {}))).total).toBe(2);
    const before = await accountVersionOf(bob);
    for (let time = 0; time < 2; time++)
      expect(await expectData(bob.transport.request(clearUnread, {}))).toEqual({
        total: 0,
        mentions: 0,
        conversations: [],
        threads: [],
      });
    expect(await accountVersionOf(bob)).toBe(before + 1);
    for (const device of [bob.device, second])
      expect(await device.waitForEvents(1, 'session.resync')).toHaveLength(1);
    for (const conversationId of conversations) expect(await myUnread(bob, conversationId)).toBe(0);
    await sendText(alice, conversations[0]!);
    expect((await expectData(bob.transport.request(getUnread, {}))).total).toBe(1);
    expect(membershipChangesOf(alice)).toEqual([]);
  });
});

describe('A read state', () => {
  bothTransports('has a last read position that only increases', async ({ alice, bob, group, sendText }) => {
    const conversationId = await group();
    const second = await bob.connectDevice();
    for (let count = 0; count < 4; count++) await sendText(alice, conversationId);
    const before = await accountVersionOf(bob);
    const read = (seq: number): Promise<object> =>
      expectData(bob.transport.request(markConversationRead, { conversationId, seq }));
    const two = { conversationId, lastReadSeq: 2, lastDeliveredSeq: 2, unread: 2 };
    const all = { conversationId, lastReadSeq: 4, lastDeliveredSeq: 4, unread: 0 };
    expect([await read(2), await read(2), await read(1)]).toEqual([two, two, two]);
    expect([await read(Number.MAX_SAFE_INTEGER), await read(5), await read(4)]).toEqual([all, all, all]);
    expect(await accountVersionOf(bob)).toBe(before + 2);

    for (const device of [bob.device, second])
      expect(await device.waitForEvents(2, 'membership.updated')).toMatchObject([
        {
          conversationId,
          conversationVersion: 5,
          membership: { lastReadSeq: 2, unread: 2, accountVersion: before + 1 },
        },
        {
          conversationId,
          conversationVersion: 5,
          membership: { lastReadSeq: 4, unread: 0, accountVersion: before + 2 },
        },
      ]);
    const { membership, version } = await expectData(bob.rest.request(getConversation, { conversationId }));
    expect([membership, version]).toEqual([bob.device.events.at(-1)!.payload.membership, 5]);
    await sendText(bob, conversationId);
    await sendText(alice, conversationId);
    expect(await myUnread(bob, conversationId)).toBe(1);
    expect(
      (await expectData(bob.rest.request(getConversation, { conversationId }))).membership?.lastReadSeq,
    ).toBe(4);
    expect(membershipChangesOf(alice)).toEqual([]);
  });

  bothTransports(
    'has a last delivered position, without an event for other members',
    async ({ alice, bob, group, sendText, sql }) => {
      const conversationId = await group();
      for (let count = 0; count < 3; count++) await sendText(alice, conversationId);
      const before = await accountVersionOf(bob);
      const delivered = async (seq: number): Promise<unknown[]> => {
        const readState = await expectData(
          bob.transport.request(markConversationDelivered, { conversationId, seq }),
        );
        return [readState.lastReadSeq, readState.lastDeliveredSeq, readState.unread];
      };
      expect([await delivered(2), await delivered(1)]).toEqual([
        [0, 2, 3],
        [0, 2, 3],
      ]);
      await expectData(bob.transport.request(markConversationRead, { conversationId, seq: 1 }));
      expect([await delivered(9), await delivered(3)]).toEqual([
        [1, 3, 2],
        [1, 3, 2],
      ]);
      expect(await accountVersionOf(bob)).toBe(before + 1);
      expect(await bob.device.waitForEvents(1, 'membership.updated')).toHaveLength(1);
      const readState = `SELECT FROM conversation_members WHERE user_id = '${bob.id}' AND (last_read_seq, last_delivered_seq) = (1, 3)`;
      expect(await sql(readState)).toHaveLength(1);
    },
  );

  bothTransports(
    'can be marked as unread, visible to the user only, until the next read',
    async ({ alice, bob, group, sendText }) => {
      const conversationId = await group();
      for (let count = 0; count < 4; count++) await sendText(alice, conversationId);
      const markUnread = (seq: number): Promise<object> =>
        expectData(bob.transport.request(markConversationUnread, { conversationId, seq }));
      const ownMemberships = async (): Promise<unknown[]> => {
        const { membership } = await expectData(bob.rest.request(getConversation, { conversationId }));
        return [membership!.lastReadSeq, membership!.unreadFromSeq, await myUnread(bob, conversationId)];
      };
      expect(await markUnread(1)).toMatchObject({ lastReadSeq: 0, unread: 4 });
      expect(await ownMemberships()).toEqual([0, null, 4]);
      await expectData(bob.transport.request(markConversationRead, { conversationId, seq: 3 }));
      const marked = { conversationId, lastReadSeq: 3, lastDeliveredSeq: 3, unread: 3 };
      expect([await markUnread(2), await markUnread(2)]).toEqual([marked, marked]);
      expect(await ownMemberships()).toEqual([3, 2, 3]);
      expect(await markUnread(4)).toEqual(marked);
      expect(await markUnread(3)).toMatchObject({ unread: 2 });
      await sendText(alice, conversationId);
      expect(await ownMemberships()).toEqual([3, 3, 3]);
      expect(
        await expectData(bob.transport.request(markConversationRead, { conversationId, seq: 1 })),
      ).toMatchObject({
        unread: 2,
      });
      expect(await ownMemberships()).toEqual([3, null, 2]);
      const received = await bob.device.waitForEvents(4, 'membership.updated');
      expect(
        received.map(({ membership }) => (membership as { unreadFromSeq: number }).unreadFromSeq),
      ).toEqual([null, 2, 3, null]);
      for (const operation of [markConversationRead, markConversationDelivered, markConversationUnread]) {
        const elsewhere = { conversationId: UNKNOWN_ID, seq: 1 };
        expect(await expectErrorCode(bob.transport.request(operation, elsewhere))).toBe('not_found');
      }
    },
  );
});

/** Random actions of three users in three conversations, with occasional comparisons. */
async function actAtRandom(
  { alice, bob, carol, sql, ...context }: ScenarioContext,
  random: Random,
): Promise<void> {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const channel = { type: 'channel', title: 'Open', memberIds: [bob.id, carol.id] };
  const places = [await context.dm(), await context.group({ memberIds: [bob.id, carol.id] })];
  places.push((await expectData(alice.transport.request(createConversation, channel))).id);
  const sent: { id: string; by: TestActor }[] = [];
  /** Version of a conversation and whether carol is a member. */
  const currentVersion = async (id: string): Promise<{ id: string; version: number; isMember: boolean }> => {
    const [row] = await sql<{ version: number; is_member: boolean }>(
      `SELECT version::int, EXISTS (SELECT FROM conversation_members m WHERE m.conversation_id = c.id
         AND m.user_id = '${carol.id}') AS is_member FROM conversations c WHERE id = '${id}'`,
    );
    return { id, version: row!.version, isMember: row!.is_member };
  };
  for (let action = 1; action <= ACTIONS; action++) {
    const [actor, conversationId, seq] = [
      pick([alice, bob, carol]),
      pick(places),
      1 + Math.floor(random() * 40),
    ];
    const message = pick(sent);
    const input = { conversationId, seq };
    const acts: (() => Promise<unknown>)[] = [
      async () => {
        const answer = await actor.transport.request(sendMessage, { conversationId, content: 'Hello' });
        if (answer.ok) sent.push({ id: answer.data.id, by: actor });
      },
      () => actor.transport.request(markConversationRead, input),
      () => actor.transport.request(markConversationUnread, input),
      () => actor.transport.request(markConversationDelivered, input),
      async () => message && message.by.transport.request(deleteMessage, { messageId: message.id }),
      async () => {
        await untilReceived(carol, await currentVersion(conversationId));
        await alice.transport.request(removeMember, { conversationId, userId: carol.id });
      },
      () => alice.transport.request(addMembers, { conversationId, userIds: [carol.id] }),
      () => actor.transport.request(updateMembership, { conversationId, archived: random() < 0.5 }),
    ];
    await (random() < 0.4 ? acts[0]! : pick(acts))();
    if (action % ACTIONS_BETWEEN_CHECKS > 0) continue;
    const counted = await sql<{ user_id: string; conversation_id: string; unread: number }>(COUNTED);
    for (const { id, transport, rest } of [alice, bob, carol]) {
      const expected = Object.fromEntries(
        counted.filter(({ user_id }) => user_id === id).map((row) => [row.conversation_id, row.unread]),
      );
      const { total, conversations } = await expectData(transport.request(getUnread, {}));
      const listed = (await expectData(rest.request(listConversations, { filter: 'all' }))).items.filter(
        ({ membership }) => membership!.unread > 0,
      );
      expect(Object.fromEntries(conversations.map((one) => [one.conversationId, one.unread]))).toEqual(
        expected,
      );
      expect(Object.fromEntries(listed.map((one) => [one.id, one.membership!.unread]))).toEqual(expected);
      expect(total).toBe(Object.values(expected).reduce((sum, unread) => sum + unread, 0));
    }
  }
}

/** Waits until the device of a member has received the events of all earlier changes. */
async function untilReceived(
  { device }: TestActor,
  { id, version, isMember }: { id: string; version: number; isMember: boolean },
): Promise<void> {
  if (!isMember) return;
  await waitUntil(() =>
    device.events.some(
      ({ payload }) => (payload.conversationId ?? payload.id) === id && payload.version === version,
    ),
  );
}
