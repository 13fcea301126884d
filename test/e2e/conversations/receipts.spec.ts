import { addBlock } from '../../../src/modules/blocks/blocks.contract.js';
import { getConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { markConversationUnread } from '../../../src/modules/conversations/memberships/memberships.contract.js';
import { addMembers, removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import { ReceiptsRepository } from '../../../src/modules/conversations/memberships/receipts.repository.js';
import { clearUnread } from '../../../src/modules/inbox/inbox.contract.js';
import { listMessageReceipts } from '../../../src/modules/messages/messages.contract.js';
import { bothTransports, type TestActor } from '../../support/clients/both-transports.js';
import {
  setReadReceipts,
  latestReceipts,
  syncReceipts,
  markRead,
  markDelivered,
  readMessageReceipts,
  receivedReceipts,
  createGroupOfThree,
  untilReceiptsPublished,
  waitForReceipt,
} from '../../support/features/receipt-commands.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';
import { waitUntil } from '../../support/environment/wait-until.js';

/** Tolerance for timers that fire early. */
const INTERVAL_MS = 990;

describe('The receipt of a member', () => {
  bothTransports('is published at once, then with the newest position once a second', async (context) => {
    const { alice, bob } = context;
    const [conversationId] = await createGroupOfThree(context, 30);
    const second = await bob.connectDevice();
    await markRead(bob, conversationId, 1);
    await waitForReceipt(alice.device, conversationId, bob.id, [1, 1]);
    const startedAt = performance.now();
    for (let seq = 2; seq <= 30; seq++) await markRead(bob, conversationId, seq);
    await waitForReceipt(alice.device, conversationId, bob.id, [30, 30]);
    const maxCount = Math.ceil((performance.now() - startedAt) / INTERVAL_MS) + 1;
    const received = receivedReceipts(alice.device, conversationId);
    expect(received.length).toBeLessThanOrEqual(maxCount);
    expect(received[0]).toEqual({
      conversationId,
      receipts: [{ userId: bob.id, joinedSeq: 0, deliveredSeq: 1, readSeq: 1 }],
    });
    const seqs = received.map(({ receipts }) => receipts[0]!.readSeq!);
    expect(seqs).toEqual([...new Set(seqs)].sort((one, other) => one - other));
    for (const device of [bob.device, second])
      expect(receivedReceipts(device, conversationId)).toEqual(received);
    await untilReceiptsPublished(context, alice.device); // nothing is kept after a second without changes
  });

  bothTransports('includes all members that changed meanwhile, and delivered positions', async (context) => {
    const { alice, bob, carol } = context;
    const [conversationId] = await createGroupOfThree(context);
    await markDelivered(bob, conversationId, 1);
    await waitForReceipt(alice.device, conversationId, bob.id, [1, 0]);
    await markDelivered(bob, conversationId, 2);
    await markRead(bob, conversationId, 1);
    await markRead(carol, conversationId, 9);
    await waitForReceipt(alice.device, conversationId, bob.id, [2, 1]);
    await waitForReceipt(alice.device, conversationId, carol.id, [3, 3]);
    expect(receivedReceipts(alice.device, conversationId)).toEqual(
      receivedReceipts(carol.device, conversationId),
    );
  });

  bothTransports(
    'is published when everything is marked as read, and not when a message is marked as unread',
    async (context) => {
      const { alice, bob, dm, sendText } = context;
      const [conversationId] = await createGroupOfThree(context);
      const other = await dm();
      await sendText(alice, other);
      await expectData(bob.transport.request(clearUnread, {}));
      await waitForReceipt(alice.device, conversationId, bob.id, [3, 3]);
      await waitForReceipt(alice.device, other, bob.id, [1, 1]);
      await expectData(bob.transport.request(markConversationUnread, { conversationId, seq: 1 }));
      await expectData(bob.transport.request(clearUnread, {})); // clears only the mark-as-unread
      await markRead(bob, conversationId, 2);
      await markDelivered(bob, conversationId, 3);
      await untilReceiptsPublished(context, alice.device);
      expect(receivedReceipts(alice.device, conversationId)).toHaveLength(1);
    },
  );

  bothTransports('is not sent to a removed member', async (context) => {
    const { alice, bob, carol } = context;
    const [conversationId] = await createGroupOfThree(context);
    await markRead(bob, conversationId, 1);
    await waitForReceipt(carol.device, conversationId, bob.id, [1, 1]);
    await markRead(bob, conversationId, 2); // published a second later
    await expectData(alice.transport.request(removeMember, { conversationId, userId: carol.id }));
    const received = receivedReceipts(carol.device, conversationId).length;
    await waitForReceipt(alice.device, conversationId, bob.id, [2, 2]);
    expect(receivedReceipts(carol.device, conversationId)).toHaveLength(received);
  });

  bothTransports(
    'is published up to the configured number of members, as the conversation features state',
    async (context) => {
      const { alice, bob, carol, group, sendText } = context;
      const small = await group();
      await sendText(alice, small);
      const [conversationId, [messageId]] = await createGroupOfThree(context);
      await markRead(bob, conversationId, 3);
      await markRead(bob, small, 1);
      await waitForReceipt(alice.device, small, bob.id, [1, 1]);
      await expectData(bob.transport.request(clearUnread, {}));
      await untilReceiptsPublished(context, alice.device);
      expect(receivedReceipts(alice.device, conversationId)).toEqual([]);
      expect(await syncReceipts(alice, conversationId)).toBeNull();
      expect(await expectErrorCode(alice.rest.request(listMessageReceipts, { messageId }))).toBe(
        'receipts_disabled',
      );
      const off = { receipts: false, typing: true };
      expect((await expectData(alice.rest.request(getConversation, { conversationId }))).features).toEqual(
        off,
      );

      const left = await expectData(carol.transport.request(removeMember, { conversationId, userId: 'me' }));
      expect(left.features).toEqual({ receipts: true, typing: true });
      expect(await readMessageReceipts(alice, messageId!)).toMatchObject([
        { userId: bob.id, read: true, readAt: null },
      ]);
      const back = await expectData(
        alice.transport.request(addMembers, { conversationId, userIds: [carol.id] }),
      );
      expect(back.features).toEqual(off);
    },
    { receiptsMaxMembers: 2 },
  );

  bothTransports(
    'is published for any number of members without a configured limit',
    async (context) => {
      const { alice, bob } = context;
      const [conversationId, [messageId]] = await createGroupOfThree(context);
      await markRead(bob, conversationId, 2);
      await waitForReceipt(alice.device, conversationId, bob.id, [2, 2]);
      const { features } = await expectData(alice.rest.request(getConversation, { conversationId }));
      expect(features).toEqual({ receipts: true, typing: true });
      expect(await readMessageReceipts(alice, messageId!)).toHaveLength(2);
    },
    { receiptsMaxMembers: 0, typingMaxMembers: 0 },
  );

  bothTransports('stops with the 101st member and resumes with the hundredth', async (context) => {
    const { alice, bob, carol, group, sendText, sql } = context;
    const conversationId = await group();
    await sendText(alice, conversationId);
    await sql(`
      WITH crowd AS (INSERT INTO users (id, tms_user_id) SELECT gen_random_uuid(), 'crowd-' || n FROM generate_series(3, 100) n RETURNING id)
      INSERT INTO conversation_members (conversation_id, user_id) SELECT '${conversationId}', id FROM crowd`);
    const features = async (): Promise<unknown> =>
      (await expectData(bob.rest.request(getConversation, { conversationId }))).features;
    const [on, off] = [
      { receipts: true, typing: true },
      { receipts: false, typing: false },
    ];
    expect(await features()).toEqual(on);
    await expectData(alice.transport.request(addMembers, { conversationId, userIds: [carol.id] }));
    expect(await alice.device.waitForEvents(1, 'member.added')).toMatchObject([
      { memberCount: 101, features: off },
    ]);
    expect((await carol.device.waitForEvents(1, 'conversation.new'))[0]).toMatchObject({ features: off });
    expect(await features()).toEqual(off);
    await markRead(bob, conversationId, 1);
    await expectData(alice.transport.request(removeMember, { conversationId, userId: carol.id }));
    expect(await alice.device.waitForEvents(1, 'member.removed')).toMatchObject([
      { memberCount: 100, features: on },
    ]);
    expect(await features()).toEqual(on);
    expect(receivedReceipts(alice.device, conversationId)).toEqual([]);
  });

  bothTransports('is published late after a database outage', async (context) => {
    const { alice, bob, carol, server } = context;
    const [conversationId] = await createGroupOfThree(context);
    const repository = server.app.get(ReceiptsRepository);
    const queries = jest
      .spyOn(repository, 'findMemberReceipts')
      .mockRejectedValueOnce(new Error('Connection terminated'));
    await markRead(bob, conversationId, 2);
    await waitUntil(() => queries.mock.calls.length === 1);
    await markRead(carol, conversationId, 1);
    await waitForReceipt(alice.device, conversationId, bob.id, [2, 2]);
    await waitForReceipt(alice.device, conversationId, carol.id, [1, 1]);
    expect(queries).toHaveBeenCalledTimes(2);
  });
});

describe('A member that hides its read position', () => {
  bothTransports('neither publishes nor receives read positions', async (context) => {
    const { alice, bob, carol, sendText, sql } = context;
    const [conversationId, [first, , third]] = await createGroupOfThree(context);
    await markRead(carol, conversationId, 1);
    expect(
      (await readMessageReceipts(alice, first!)).find(({ userId }) => userId === carol.id),
    ).toMatchObject({
      read: true,
    });
    const hidden = await setReadReceipts(carol);
    expect(hidden).toMatchObject({ settings: { readReceipts: false } });
    expect(await carol.device.waitForEvents(1, 'account.updated')).toEqual([hidden]);

    await markRead(carol, conversationId, 3);
    await markRead(bob, conversationId, 3);
    await waitForReceipt(alice.device, conversationId, bob.id, [3, 3]);
    await waitForReceipt(alice.device, conversationId, carol.id, [3, null]);
    await waitForReceipt(carol.device, conversationId, bob.id, [3, null]);
    expect(await syncReceipts(alice, conversationId)).toEqual({
      [alice.id]: [0, 0],
      [bob.id]: [3, 3],
      [carol.id]: [3, null],
    });
    expect(await syncReceipts(carol, conversationId)).toEqual({
      [alice.id]: [0, null],
      [bob.id]: [3, null],
      [carol.id]: [3, 3],
    });
    const shown = async (actor: TestActor, messageId: string): Promise<unknown> =>
      Object.fromEntries(
        (await readMessageReceipts(actor, messageId)).map(
          ({ userId, delivered, read: isRead, deliveredAt, readAt }) => [
            userId,
            [delivered, isRead, deliveredAt !== null, readAt !== null],
          ],
        ),
      );
    for (const messageId of [first!, third!]) {
      expect(await shown(alice, messageId)).toEqual({
        [bob.id]: [true, true, true, true],
        [carol.id]: [true, null, true, false],
      });
      expect(await shown(carol, messageId)).toMatchObject({ [bob.id]: [true, null, true, false] });
    }
    expect(await shown(carol, third!)).toMatchObject({ [carol.id]: [true, true, true, false] });
    const times = `SELECT FROM message_status WHERE user_id = '${carol.id}' AND message_id = '${third}' AND read_at IS NOT NULL`;
    expect(await sql(times)).toEqual([]);
    expect(
      (await expectData(carol.rest.request(getConversation, { conversationId }))).membership,
    ).toMatchObject({ unread: 0 });

    await setReadReceipts(carol, true);
    await sendText(alice, conversationId);
    await markRead(carol, conversationId, 4);
    await waitForReceipt(alice.device, conversationId, carol.id, [4, 4]);
    expect(await shown(alice, third!)).toMatchObject({ [carol.id]: [true, true, true, false] });
  });

  bothTransports('has no stored time of reading, from a single read or mark-all-read', async (context) => {
    const { bob, sql } = context;
    const [conversationId] = await createGroupOfThree(context);
    await setReadReceipts(bob);
    await markRead(bob, conversationId, 2);
    await expectData(bob.transport.request(clearUnread, {}));
    const found = await sql<{ at: Date | null }>(
      `SELECT last_read_at AS at FROM conversation_members WHERE user_id = '${bob.id}' AND conversation_id = '${conversationId}'`,
    );
    expect(found).toEqual([{ at: null }]);
  });
});

describe('In a DM with a block', () => {
  bothTransports('neither user receives receipts of the other, as with an inactive user', async (context) => {
    const { alice, bob, dm, sendText, sql } = context;
    const conversationId = await dm();
    const { id } = await sendText(alice, conversationId);
    await markDelivered(bob, conversationId, 1);
    await waitForReceipt(alice.device, conversationId, bob.id, [1, 0]);
    await expectData(bob.transport.request(addBlock, { userId: alice.id }));
    await markRead(bob, conversationId, 1);
    await untilReceiptsPublished(context, alice.device);
    expect(latestReceipts(alice.device, conversationId)).toEqual({ [bob.id]: [1, 0] });
    for (const [actor, own] of [
      [alice, { [alice.id]: [0, 0] }],
      [bob, { [bob.id]: [1, 1] }],
    ] as const)
      expect(await syncReceipts(actor, conversationId)).toEqual(own);
    const seen = async (): Promise<unknown[]> => [
      await syncReceipts(alice, conversationId),
      await readMessageReceipts(alice, id),
    ];
    const blocked = await seen();
    expect(blocked[1]).toEqual([]);
    await sql(`DELETE FROM user_blocks; UPDATE users SET is_active = false WHERE id = '${bob.id}'`);
    expect(await seen()).toEqual(blocked);
  });
});
