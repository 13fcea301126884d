import { addBlock } from '../../../src/modules/blocks/blocks.contract.js';
import { getConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { markConversationRead } from '../../../src/modules/conversations/memberships/memberships.contract.js';
import { addMembers, removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import { clearUnread, getUnread } from '../../../src/modules/inbox/inbox.contract.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import {
  deleteMessage,
  editMessage,
  getMessage,
  sendMessage,
} from '../../../src/modules/messages/messages.contract.js';
import {
  followThread,
  getThread,
  listThreads,
  readThread,
  unfollowThread,
} from '../../../src/modules/messages/threads/threads.contract.js';
import { waitUntil } from '../../support/environment/wait-until.js';
import { UNKNOWN_ID } from '../../support/clients/unknown-id.js';
import { bothTransports, type TestActor } from '../../support/clients/both-transports.js';
import { getSubscription, sendReply, sendThreadRoot } from '../../support/features/thread-commands.js';
import { expectData, expectErrorCode, type Answer } from '../../support/clients/transports.js';

/** State of a thread, which is the same in every read. */
async function unreadOf(actor: TestActor, root: MessageDto): Promise<number> {
  const { unread, mentions, following } = await getSubscription(actor, root);
  const { threads } = await expectData(actor.transport.request(getUnread, {}));
  const { items } = await expectData(actor.rest.request(listThreads, { filter: 'unread' }));
  const threadRootId = root.id;
  const expected =
    unread > 0 ? [{ conversationId: root.conversationId, threadRootId, unread, mentions }] : [];
  expect(threads.filter((thread) => thread.threadRootId === threadRootId)).toEqual(expected);
  expect(
    items
      .filter(({ subscription }) => subscription.threadRootId === threadRootId)
      .map(({ subscription }) => [subscription.unread, subscription.following]),
  ).toEqual(unread > 0 ? [[unread, following]] : []);
  return unread;
}

describe('A thread', () => {
  bothTransports(
    'is followed by the sender of its root, by senders of replies and by mentioned users',
    async (context) => {
      const { alice, bob, carol } = context;
      const root = await sendThreadRoot(context);
      const { conversationId } = root;
      expect(await getSubscription(bob, root)).toEqual({
        conversationId,
        threadRootId: root.id,
        following: false,
        lastReadSeq: 0,
        unread: 0,
        mentions: 0,
        conversationVersion: 2,
        accountVersion: 0,
      });

      const first = await sendReply(bob, root);
      expect([first.seq, first.version]).toEqual([2, 3]);
      const [ofAlice] = await alice.device.waitForEvents(1, 'thread.updated');
      const [ofBob] = await bob.device.waitForEvents(1, 'thread.updated');
      const common = { conversationId, threadRootId: root.id, following: true, conversationVersion: 3 };
      expect(ofAlice).toEqual({ ...common, lastReadSeq: 1, unread: 1, mentions: 0, accountVersion: 2 });
      expect(ofBob).toEqual({ ...common, lastReadSeq: 2, unread: 0, mentions: 0, accountVersion: 2 });
      expect([await getSubscription(alice, root), await getSubscription(bob, root)]).toEqual([
        ofAlice,
        ofBob,
      ]);
      expect(await unreadOf(carol, root)).toBe(0);

      await sendReply(alice, root, { mentions: [carol.id, alice.id, UNKNOWN_ID] });
      expect(await carol.device.waitForEvents(1, 'thread.updated')).toEqual([
        { ...common, conversationVersion: 4, lastReadSeq: 2, unread: 1, mentions: 1, accountVersion: 2 },
      ]);
      // A reply moves no read position and publishes no event to existing followers.
      expect([await unreadOf(alice, root), await unreadOf(bob, root)]).toEqual([1, 1]);
      expect(await unreadOf(carol, root)).toBe(1);
      await sendReply(bob, root);
      const updates = [alice, bob, carol].map(
        ({ device }) => device.events.filter(({ name }) => name === 'thread.updated').length,
      );
      expect(updates).toEqual([1, 1, 1]);
      expect((await getSubscription(bob, root)).lastReadSeq).toBe(2);

      const { membership, lastMessage } = await expectData(
        carol.rest.request(getConversation, { conversationId }),
      );
      expect([membership!.unread, membership!.mentions, lastMessage!.id]).toEqual([1, 0, root.id]);
      expect((await expectData(carol.rest.request(getMessage, { messageId: root.id }))).thread).toEqual({
        replyCount: 3,
        lastReplySeq: 4,
      });
    },
  );

  bothTransports('is followed by all members that a reply mentions, subscribed in parts', async (context) => {
    const { alice, bob, carol, sql } = context;
    const root = await sendThreadRoot(context);
    const { conversationId, id: threadRootId } = root;
    await sql(
      `WITH added AS (
         INSERT INTO users (id, tms_user_id) SELECT gen_random_uuid(), '${threadRootId}-' || n FROM generate_series(1, 120) n
         RETURNING id
       ) INSERT INTO conversation_members (conversation_id, user_id) SELECT '${conversationId}', id FROM added`,
    );
    await expectData(bob.transport.request(followThread, { messageId: threadRootId }));
    await expectData(bob.transport.request(unfollowThread, { messageId: threadRootId }));
    const plain = await sendReply(alice, root);
    await sendReply(carol, root);
    const edit = { messageId: plain.id, content: 'All of you', mentionsAll: true };
    await expectData(alice.transport.request(editMessage, edit));
    await sql(
      `WITH added AS (INSERT INTO users (id, tms_user_id) VALUES (gen_random_uuid(), '${threadRootId}-late') RETURNING id)
       INSERT INTO conversation_members (conversation_id, user_id, joined_seq) SELECT '${conversationId}', id, 3 FROM added`,
    );
    const subscriptions = `thread_subscriptions WHERE thread_root_id = '${threadRootId}'`;
    await waitUntil(
      async () =>
        (await sql(`SELECT FROM ${subscriptions} AND last_read_seq = ${plain.seq - 1}`)).length >= 120,
    );
    await waitUntil(async () => {
      const waiting = `SELECT FROM pgboss.job WHERE name = 'thread.subscribe_members' AND state < 'completed'`;
      return (await sql(waiting)).length === 0;
    });
    const parts = await sql<{ size: number }>(
      `SELECT count(*)::int AS size FROM ${subscriptions} GROUP BY xmin::text ORDER BY 1 DESC`,
    );
    expect(Math.max(...parts.map(({ size }) => size))).toBeLessThanOrEqual(50);
    expect(parts.reduce((sum, { size }) => sum + size, 0)).toBe(123);
    expect((await getSubscription(bob, root)).following).toBe(false);
  });

  bothTransports('is followed by users that an edit mentions', async (context) => {
    const { bob, carol } = context;
    const root = await sendThreadRoot(context);
    const { id: messageId } = await sendReply(bob, root);
    await sendReply(bob, root);
    const edit = { messageId, content: 'Look, Carol', mentions: [carol.id] };
    for (let time = 0; time < 2; time++) await expectData(bob.transport.request(editMessage, edit));
    expect(await carol.device.waitForEvents(1, 'thread.updated')).toMatchObject([
      { following: true, lastReadSeq: 1, unread: 2, conversationVersion: 5, accountVersion: 2 },
    ]);
    expect(await unreadOf(carol, root)).toBe(2);
  });

  bothTransports('stays unfollowed after an unfollow', async (context) => {
    const { alice, bob, carol } = context;
    const root = await sendThreadRoot(context);
    const messageId = root.id;
    await sendReply(bob, root);
    for (const actor of [alice, carol])
      for (let time = 0; time < 2; time++)
        expect(await expectData(actor.transport.request(unfollowThread, { messageId }))).toMatchObject({
          following: false,
          unread: 0,
          accountVersion: actor === alice ? 3 : 2,
        });
    await sendReply(bob, root, { mentions: [carol.id] });
    await sendReply(carol, root);
    for (const actor of [alice, carol]) {
      expect([await unreadOf(actor, root), (await getSubscription(actor, root)).following]).toEqual([
        0,
        false,
      ]);
      expect((await expectData(actor.rest.request(listThreads, {}))).items).toEqual([]);
      expect(await expectData(actor.transport.request(readThread, { messageId, seq: 4 }))).toMatchObject({
        following: false,
      });
    }
    const again = { following: true, lastReadSeq: 4, unread: 0 };
    for (let time = 0; time < 2; time++)
      expect(await expectData(carol.transport.request(followThread, { messageId }))).toMatchObject({
        ...again,
        accountVersion: 3,
      });
    await sendReply(bob, root);
    expect(await unreadOf(carol, root)).toBe(1);
    expect(await carol.device.waitForEvents(2, 'thread.updated')).toMatchObject([
      { following: false },
      again,
    ]);
  });

  bothTransports('has a read position that only increases', async (context) => {
    const { alice, bob } = context;
    const root = await sendThreadRoot(context);
    const second = await alice.connectDevice();
    const replies: MessageDto[] = [];
    for (let count = 0; count < 4; count++) replies.push(await sendReply(bob, root));
    await context.sendText(bob, root.conversationId, 'Elsewhere');
    const read = async (seq: number): Promise<number[]> => {
      const { lastReadSeq, unread, accountVersion } = await expectData(
        alice.transport.request(readThread, { messageId: root.id, seq }),
      );
      return [lastReadSeq, unread, accountVersion];
    };
    expect([await read(1), await read(3), await read(3), await read(2)]).toEqual([
      [1, 4, 2],
      [3, 2, 3],
      [3, 2, 3],
      [3, 2, 3],
    ]);
    await expectData(bob.transport.request(deleteMessage, { messageId: replies[0]!.id }));
    await expectData(bob.transport.request(deleteMessage, { messageId: replies[2]!.id }));
    expect(await unreadOf(alice, root)).toBe(1);
    await expectData(bob.transport.request(deleteMessage, { messageId: replies[3]!.id }));
    expect(await unreadOf(alice, root)).toBe(0);
    // A deleted newest reply stays the newest reply.
    expect([await read(Number.MAX_SAFE_INTEGER), await read(5)]).toEqual([
      [5, 0, 4],
      [5, 0, 4],
    ]);
    for (const device of [alice.device, second])
      expect(await device.waitForEvents(device === second ? 3 : 3, 'thread.updated')).toMatchObject([
        { lastReadSeq: 1, unread: 1, conversationVersion: 3, accountVersion: 2 },
        { lastReadSeq: 3, unread: 2, conversationVersion: 7, accountVersion: 3 },
        { lastReadSeq: 5, unread: 0, conversationVersion: 10, accountVersion: 4 },
      ]);
    const { membership } = await expectData(
      alice.rest.request(getConversation, { conversationId: root.conversationId }),
    );
    expect([membership!.unread, membership!.lastReadSeq]).toEqual([1, 0]);
  });

  bothTransports('is marked as read together with all conversations', async (context) => {
    const { alice, bob } = context;
    const root = await sendThreadRoot(context);
    await sendReply(bob, root);
    const { total, threads } = await expectData(alice.transport.request(getUnread, {}));
    expect([total, threads.length]).toEqual([0, 1]);
    expect(await expectData(alice.transport.request(clearUnread, {}))).toEqual({
      total: 0,
      mentions: 0,
      conversations: [],
      threads: [],
    });
    expect(await alice.device.waitForEvents(1, 'session.resync')).toHaveLength(1);
    expect(await getSubscription(alice, root)).toMatchObject({ lastReadSeq: 2, accountVersion: 3 });
    await expectData(alice.transport.request(clearUnread, {}));
    expect(await getSubscription(alice, root)).toMatchObject({ lastReadSeq: 2, accountVersion: 3 });
    const { seq, conversationId } = await sendReply(bob, root);
    expect(await unreadOf(alice, root)).toBe(1);
    await expectData(alice.transport.request(markConversationRead, { conversationId, seq }));
    await expectData(alice.transport.request(clearUnread, {}));
    expect(await getSubscription(alice, root)).toMatchObject({
      lastReadSeq: seq,
      unread: 0,
      accountVersion: 5,
    });
    expect(await alice.device.waitForEvents(2, 'session.resync')).toHaveLength(2);
  });

  bothTransports('has one level and does not exist for non-members', async (context) => {
    const { alice, bob } = context;
    const root = await sendThreadRoot(context);
    const threadReply = await sendReply(bob, root);
    const operations = [followThread, unfollowThread, readThread, getThread] as const;
    for (const operation of operations) {
      const transport = operation.socket ? bob.transport : bob.rest;
      const request = (messageId: string): Promise<Answer<object>> =>
        transport.request<object, object>(operation, {
          messageId,
          ...(operation === readThread ? { seq: 1 } : {}),
        });
      const answer = await request(threadReply.id);
      expect(answer).toMatchObject({
        error: { code: 'validation_failed', errors: [{ field: 'messageId', code: 'is_thread_reply' }] },
      });
      expect(await expectErrorCode(request(UNKNOWN_ID))).toBe('not_found');
    }
    await expectData(
      alice.transport.request(removeMember, { conversationId: root.conversationId, userId: bob.id }),
    );
    expect(await expectErrorCode(bob.transport.request(followThread, { messageId: root.id }))).toBe(
      'not_found',
    );
    expect((await expectData(bob.rest.request(listThreads, {}))).items).toEqual([]);
    expect((await expectData(bob.transport.request(getUnread, {}))).threads).toEqual([]);
    expect(await context.sql(`SELECT FROM thread_subscriptions WHERE user_id = '${bob.id}'`)).toEqual([]);

    // Replies before the return to the conversation count as read.
    await expectData(
      alice.transport.request(addMembers, { conversationId: root.conversationId, userIds: [bob.id] }),
    );
    await sendReply(alice, root, { mentions: [bob.id] });
    expect(await getSubscription(bob, root)).toMatchObject({ following: true, lastReadSeq: 2, unread: 1 });
  });

  bothTransports('is unchanged by a retry and readable under a contact restriction', async (context) => {
    const { alice, bob, carol } = context;
    const conversationId = await context.dm();
    const root = await context.sendText(alice, conversationId);
    const first = await sendReply(bob, root, { clientId: 'once' });
    expect(await sendReply(bob, root, { clientId: 'once' })).toEqual(first);
    const received = [alice, bob].map(({ device }) => device.waitForEvents(1, 'thread.updated'));
    expect((await Promise.all(received)).map((events) => events.length)).toEqual([1, 1]);

    await expectData(alice.transport.request(addBlock, { userId: bob.id }));
    const messageId = root.id;
    for (const { transport, rest } of [alice, bob]) {
      await expectData(transport.request(unfollowThread, { messageId }));
      await expectData(transport.request(followThread, { messageId }));
      await expectData(transport.request(readThread, { messageId, seq: 1 }));
      expect((await expectData(rest.request(getThread, { messageId }))).items).toHaveLength(1);
      expect((await expectData(rest.request(listThreads, {}))).items).toHaveLength(1);
    }
    const threadReply = { conversationId, content: 'More', threadRootId: messageId };
    expect(await expectErrorCode(alice.transport.request(sendMessage, threadReply))).toBe('blocked_by_you');
    expect(await expectErrorCode(bob.transport.request(sendMessage, threadReply))).toBe('unavailable');
    await carol.device.settleEvents();
    expect(carol.device.events).toEqual([]);
  });
});
