import { Database } from '../../../src/kernel/database/database.js';
import { addMembers } from '../../../src/modules/conversations/members/members.contract.js';
import { sync } from '../../../src/modules/sync/sync.contract.js';
import {
  followThread,
  readThread,
  unfollowThread,
} from '../../../src/modules/messages/threads/threads.contract.js';
import { deleteMessage } from '../../../src/modules/messages/messages.contract.js';
import type { MessageReceiptDto } from '../../../src/modules/messages/dto/message-receipts.dto.js';
import { listMessageReceipts } from '../../../src/modules/messages/messages.contract.js';
import { bothTransports } from '../../support/clients/both-transports.js';
import {
  markRead,
  markDelivered,
  readMessageReceipts,
  createGroupOfThree,
} from '../../support/features/receipt-commands.js';
import { sendReply, sendThreadRoot } from '../../support/features/thread-commands.js';
import { expectData } from '../../support/clients/transports.js';

describe('Message receipts', () => {
  bothTransports('are listed by member without the sender, page by page', async (context) => {
    const { alice, bob, carol } = context;
    const [conversationId, [messageId]] = await createGroupOfThree(context);
    await markDelivered(bob, conversationId, 2);
    await markRead(carol, conversationId, 1);
    const { items, users } = await expectData(alice.rest.request(listMessageReceipts, { messageId }));
    const time = expect.stringMatching(/^\d{4}-.*Z$/) as string;
    const expected = [
      { userId: bob.id, delivered: true, read: false, deliveredAt: time, readAt: null },
      { userId: carol.id, delivered: true, read: true, deliveredAt: time, readAt: time },
    ];
    expect(items).toEqual(expected.sort((one, other) => (one.userId < other.userId ? -1 : 1)));
    expect(Object.keys(users).sort()).toEqual([bob.id, carol.id].sort());
    const first = await expectData(bob.rest.request(listMessageReceipts, { messageId, limit: 1 }));
    const second = await expectData(
      bob.rest.request(listMessageReceipts, { messageId, limit: 1, cursor: first.nextCursor }),
    );
    expect([...first.items, ...second.items]).toEqual(items);
    expect(second.nextCursor).toBeNull();
  });

  bothTransports('leave out members who joined after the message', async (context) => {
    const { alice, bob, carol, group, sendText } = context;
    const conversationId = await group();
    const early = await sendText(alice, conversationId);
    await expectData(alice.transport.request(addMembers, { conversationId, userIds: [carol.id] }));
    const late = await sendText(alice, conversationId);
    const readersOf = async (messageId: string): Promise<[string, boolean | null][]> =>
      (await readMessageReceipts(alice, messageId)).map(({ userId, read }) => [userId, read]);
    expect(await readersOf(early.id)).toEqual([[bob.id, false]]);
    expect(new Map(await readersOf(late.id))).toEqual(
      new Map([
        [bob.id, false],
        [carol.id, false],
      ]),
    );
    await markRead(carol, conversationId, late.seq);
    expect(await readersOf(early.id)).toEqual([[bob.id, false]]);
    expect(new Map(await readersOf(late.id)).get(carol.id)).toBe(true);
    const input = { conversations: { [conversationId]: 1 }, receiptsFor: [conversationId] };
    const { receipts } = (await expectData(alice.transport.request(sync, input))).conversations[0]!;
    expect(receipts!.find(({ userId }) => userId === carol.id)).toMatchObject({
      joinedSeq: early.seq,
      readSeq: late.seq,
    });
  });

  bothTransports('of a thread reply follow the position in the thread', async (context) => {
    const { alice, bob, carol, sendText } = context;
    const root = await sendThreadRoot(context);
    await expectData(bob.transport.request(followThread, { messageId: root.id }));
    const first = await sendReply(alice, root);
    const second = await sendReply(alice, root);
    const after = await sendText(alice, root.conversationId);
    await markRead(bob, root.conversationId, after.seq);
    const ofBob = async (messageId: string): Promise<MessageReceiptDto> =>
      (await readMessageReceipts(alice, messageId)).find(({ userId }) => userId === bob.id)!;
    const delivered = { delivered: true, read: false, readAt: null };
    for (const { id } of [first, second]) expect(await ofBob(id)).toMatchObject(delivered);
    expect(await ofBob(after.id)).toMatchObject({ read: true });

    await expectData(bob.transport.request(readThread, { messageId: root.id, seq: first.seq }));
    const time = expect.stringMatching(/^\d{4}-.*Z$/) as string;
    expect(await ofBob(first.id)).toMatchObject({ read: true, readAt: time });
    expect(await ofBob(second.id)).toMatchObject(delivered);
    await expectData(bob.transport.request(unfollowThread, { messageId: root.id }));
    expect(await ofBob(first.id)).toMatchObject({ read: true, readAt: time });
    expect(await ofBob(second.id)).toMatchObject({ read: false });

    // The mention subscribes carol, and earlier replies count as read without receipts.
    const mention = await sendReply(alice, root, { mentions: [carol.id] });
    await expectData(carol.transport.request(readThread, { messageId: root.id, seq: mention.seq }));
    const ofCarol = async (messageId: string): Promise<boolean | null> =>
      (await readMessageReceipts(alice, messageId)).find(({ userId }) => userId === carol.id)!.read;
    expect([await ofCarol(second.id), await ofCarol(mention.id)]).toEqual([false, true]);
  });

  bothTransports('keep the time of the first delivery and reading', async (context) => {
    const { alice, bob } = context;
    const [conversationId, [first, second]] = await createGroupOfThree(context);
    const ofBob = async (messageId: string): Promise<MessageReceiptDto> =>
      (await readMessageReceipts(alice, messageId)).find(({ userId }) => userId === bob.id)!;
    await markDelivered(bob, conversationId, 2);
    const delivered = await ofBob(first!);
    await markRead(bob, conversationId, 1);
    const seen = await ofBob(first!);
    expect(seen).toEqual({ ...delivered, read: true, readAt: seen.readAt });
    expect(seen.readAt).not.toBeNull();
    await markRead(bob, conversationId, 3);
    await markDelivered(bob, conversationId, 9);
    expect(await ofBob(first!)).toEqual(seen);
    expect(await ofBob(second!)).toMatchObject({ read: true, deliveredAt: delivered.deliveredAt });
  });

  bothTransports(
    'have times for the newest 200 messages of an update, without own and system messages',
    async (context) => {
      const { alice, bob, group, sendText, sql } = context;
      const conversationId = await group();
      await sql(`
      SELECT append_message(gen_random_uuid(), '${conversationId}', '${alice.id}', CASE n WHEN 150 THEN 'system' ELSE 'text' END,
        'Hello', NULL, NULL, NULL, NULL, NULL, 'c' || n) FROM generate_series(1, 249) n`);
      await sql('UPDATE conversations SET version = 1'); // removes the versions of the changes above
      await sendText(bob, conversationId);
      await markRead(bob, conversationId, 250);
      const found = await sql<{ first: number; count: number; read: number }>(
        `SELECT min(seq)::int AS first, count(*)::int, count(read_at)::int AS read FROM message_status
       JOIN messages ON messages.id = message_id WHERE user_id = '${bob.id}'`,
      );
      expect(found).toEqual([{ first: 51, count: 198, read: 198 }]);
      const [old] = await sql<{ id: string }>('SELECT id FROM messages WHERE seq = 50');
      expect(await readMessageReceipts(alice, old!.id)).toEqual([
        { userId: bob.id, delivered: true, read: true, deliveredAt: null, readAt: null },
      ]);
      await sql('UPDATE conversations SET version = 2');
    },
  );

  bothTransports('are deleted with the message', async (context) => {
    const { alice, bob, sql } = context;
    const [conversationId, [first, second]] = await createGroupOfThree(context);
    await markRead(bob, conversationId, 2);
    await expectData(alice.transport.request(deleteMessage, { messageId: first }));
    await markRead(bob, conversationId, 3);
    const left = await sql<{ id: string }>('SELECT message_id AS id FROM message_status ORDER BY 1');
    expect(left[0]).toEqual({ id: second });
    expect(await sql(`SELECT FROM message_status WHERE message_id = '${first}'`)).toEqual([]);
    expect(await readMessageReceipts(alice, first!)).toMatchObject([
      { deliveredAt: null, readAt: null },
      { deliveredAt: null, readAt: null },
    ]);
  });

  bothTransports(
    'are written in the round trip of the read state',
    async ({ alice, bob, group, sendText, server }) => {
      const conversationId = await group();
      await sendText(alice, conversationId);
      const statements = jest.spyOn(server.app.get(Database), 'query');
      await markRead(bob, conversationId, 1);
      const texts = statements.mock.calls.filter(([sql]) => !sql.includes('hides_read_receipts'));
      expect(texts.filter(([sql]) => sql.includes('update_read_state'))).toHaveLength(1);
      expect(texts.filter(([sql]) => sql.includes('message_status'))).toEqual([]);
    },
  );
});
