import { getUnread } from '../../../src/modules/inbox/inbox.contract.js';
import type { UnreadDto } from '../../../src/modules/inbox/dto/inbox.dto.js';
import { hideMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { Database } from '../../../src/kernel/database/database.js';
import { bothTransports, type TestActor } from '../../support/clients/both-transports.js';
import { expectData } from '../../support/clients/transports.js';
import { accept, decline, leave, start } from '../../support/features/call-commands.js';
import { getSubscription, sendReply, sendThreadRoot } from '../../support/features/thread-commands.js';

const unreadOf = ({ transport }: TestActor): Promise<UnreadDto> =>
  expectData(transport.request(getUnread, {}));
/** Unread messages and mentions in all conversations. */
const countsOf = async (actor: TestActor): Promise<[unread: number, mentions: number]> => {
  const { total, mentions } = await unreadOf(actor);
  return [total, mentions];
};

describe('A call is unread', () => {
  bothTransports('for a user that missed it, not after taking or declining it', async (context) => {
    const { alice, bob, dm } = context;
    const conversationId = await dm();
    const call = await expectData(start(alice, conversationId));
    expect(await countsOf(bob)).toEqual([1, 0]);
    await expectData(accept(bob, call));
    expect(await countsOf(bob)).toEqual([0, 0]);
    await expectData(leave(bob, call));
    expect(await countsOf(bob)).toEqual([0, 0]);
    await expectData(decline(bob, await expectData(start(alice, conversationId))));
    expect(await countsOf(bob)).toEqual([0, 0]);
    await expectData(leave(alice, await expectData(start(alice, conversationId))));
    expect([await countsOf(bob), await countsOf(alice)]).toEqual([
      [1, 0],
      [0, 0],
    ]);
  });
});

describe('A hidden message is not unread', () => {
  bothTransports('with its mention, and other devices receive the counts', async (context) => {
    const { alice, bob, group, sendText } = context;
    const conversationId = await group();
    const input = { conversationId, content: '@bob', mentions: [bob.id] };
    const { id: messageId } = await expectData(alice.transport.request(sendMessage, input));
    await sendText(alice, conversationId);
    expect(await countsOf(bob)).toEqual([2, 1]);
    await expectData(bob.transport.request(hideMessage, { messageId }));
    expect(await countsOf(bob)).toEqual([1, 0]);
    expect(await bob.device.waitForEvents(1, 'membership.updated')).toMatchObject([
      { conversationId, membership: { unread: 1, mentions: 0 } },
    ]);
    await expectData(bob.transport.request(hideMessage, { messageId }));
    await bob.device.settleEvents();
    expect(bob.device.events.filter(({ name }) => name === 'membership.updated')).toHaveLength(1);
  });

  bothTransports('nor is a hidden reply in its thread', async (context) => {
    const { alice, bob } = context;
    const root = await sendThreadRoot(context);
    const { id: messageId } = await sendReply(bob, root, { mentions: [alice.id] });
    await sendReply(bob, root);
    expect(await getSubscription(alice, root)).toMatchObject({ unread: 2, mentions: 1 });
    await expectData(alice.transport.request(hideMessage, { messageId }));
    expect(await getSubscription(alice, root)).toMatchObject({ unread: 1, mentions: 0 });
    await alice.device.waitForEvents(2, 'thread.updated');
    expect(alice.device.events.filter(({ name }) => name === 'thread.updated').at(-1)!.payload).toMatchObject(
      {
        unread: 1,
        mentions: 0,
      },
    );
  });
});

describe('Mentions in threads', () => {
  bothTransports('count in their thread and in the total', async (context) => {
    const { alice, bob, carol } = context;
    const root = await sendThreadRoot(context);
    await sendReply(carol, root, { mentions: [bob.id] });
    const ofBob = await unreadOf(bob);
    expect([ofBob.mentions, ofBob.threads]).toMatchObject([
      1,
      [{ threadRootId: root.id, unread: 1, mentions: 1 }],
    ]);

    await sendReply(alice, root, { mentionsAll: true });
    const [again, ofCarol] = [await unreadOf(bob), await unreadOf(carol)];
    expect([again.mentions, again.threads]).toMatchObject([2, [{ unread: 2, mentions: 2 }]]);
    expect([ofCarol.mentions, ofCarol.threads]).toMatchObject([1, [{ unread: 1, mentions: 1 }]]);
  });

  bothTransports(
    'of all members follow the thread for every member who did not leave it',
    async (context) => {
      const { alice, bob, carol } = context;
      const root = await sendThreadRoot(context);
      await sendReply(alice, root, { mentionsAll: true });
      for (const actor of [bob, carol]) {
        expect(await getSubscription(actor, root)).toMatchObject({ following: true, unread: 1, mentions: 1 });
        await actor.device.waitForEvents(1, 'thread.updated');
      }
      expect((await unreadOf(alice)).mentions).toBe(0);
    },
  );
});

describe('An own message with markRead', () => {
  bothTransports('moves the read position in the statement of the message', async (context) => {
    const { alice, bob, group, sendText, server } = context;
    const conversationId = await group();
    for (let count = 1; count <= 3; count++) await sendText(alice, conversationId);
    await sendText(bob, conversationId);
    expect(await countsOf(bob)).toEqual([3, 0]);

    const statements = jest.spyOn(server.app.get(Database), 'query');
    const input = { conversationId, content: 'Mine', markRead: true, clientId: 'mine' };
    const sent = await expectData(bob.transport.request(sendMessage, input));
    const texts = statements.mock.calls.map(([sql]) => sql);
    expect(texts.filter((sql) => sql.includes('append_messages'))).toHaveLength(1);
    expect(
      texts.filter((sql) => sql.includes('update_read_state') && !sql.includes('append_messages')),
    ).toEqual([]);
    jest.restoreAllMocks();

    expect(await countsOf(bob)).toEqual([0, 0]);
    expect(await bob.device.waitForEvents(1, 'membership.updated')).toMatchObject([
      { conversationId, conversationVersion: sent.version, membership: { lastReadSeq: sent.seq, unread: 0 } },
    ]);
    const [receipt] = await alice.device.waitForEvents(1, 'receipt.updated');
    expect(receipt).toMatchObject({ receipts: [{ userId: bob.id, readSeq: sent.seq }] });

    await sendText(alice, conversationId);
    expect(await expectData(bob.transport.request(sendMessage, input))).toEqual(sent);
    expect(await countsOf(bob)).toEqual([1, 0]);
  });

  bothTransports('moves the position of its thread only, if it is a reply', async (context) => {
    const { alice, bob, sendText } = context;
    const root = await sendThreadRoot(context);
    await sendReply(bob, root);
    await sendText(bob, root.conversationId);
    await sendReply(alice, root, { markRead: true });
    expect(await getSubscription(alice, root)).toMatchObject({ lastReadSeq: 4, unread: 0 });
    expect(await countsOf(alice)).toEqual([1, 0]);
  });
});
