import { startCall } from '../../../src/modules/calls/calls.contract.js';
import {
  createConversation,
  getConversation,
} from '../../../src/modules/conversations/conversations.contract.js';
import { addMembers } from '../../../src/modules/conversations/members/members.contract.js';
import {
  markConversationRead,
  markConversationUnread,
} from '../../../src/modules/conversations/memberships/memberships.contract.js';
import { getUnread } from '../../../src/modules/inbox/inbox.contract.js';
import { listMessageReceipts } from '../../../src/modules/messages/messages.contract.js';
import { createPoll } from '../../../src/modules/polls/polls.contract.js';
import { bothTransports } from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';

describe('Notes to oneself', () => {
  bothTransports('are one DM with one member, without calls and receipts, never unread', async (context) => {
    const { alice, bob, sendText } = context;
    const notes = { type: 'dm', memberIds: [alice.id] };
    const created = await expectData(alice.transport.request(createConversation, notes));
    expect(created).toMatchObject({ type: 'dm', memberCount: 1, members: [{ userId: alice.id }] });
    expect(created.features.receipts).toBe(false);
    const { id: conversationId } = created;
    const again = { type: 'dm', memberIds: [alice.id, alice.id.toUpperCase()] };
    expect((await expectData(alice.transport.request(createConversation, again))).id).toBe(conversationId);
    expect(await alice.device.waitForEvents(1, 'conversation.new')).toHaveLength(1);

    const note = await sendText(alice, conversationId, 'Milk');
    const poll = { conversationId, question: 'Which?', options: ['one', 'other'] };
    await expectData(alice.transport.request(createPoll, poll));
    await alice.device.waitForEvents(2, 'message.new');
    await expectData(alice.transport.request(markConversationRead, { conversationId, seq: 2 }));
    await expectData(alice.transport.request(markConversationUnread, { conversationId, seq: 1 }));
    expect(await expectData(alice.transport.request(getUnread, {}))).toMatchObject({
      total: 0,
      conversations: [],
    });
    const receipts = alice.rest.request(listMessageReceipts, { messageId: note.id });
    expect(await expectErrorCode(receipts)).toBe('receipts_disabled');
    const call = { conversationId, type: 'voice', deviceId: 'phone' };
    expect(await expectErrorCode(alice.transport.request(startCall, call))).toBe('calls_not_supported');
    expect(await expectErrorCode(bob.rest.request(getConversation, { conversationId }))).toBe('not_found');
    await alice.device.settleEvents();
    expect(alice.device.events.map(({ name }) => name)).not.toContain('receipt.updated');
  });
});

describe('A list of members is a set', () => {
  bothTransports('that may contain the current user and repeated ids', async ({ alice, bob }) => {
    const [ownId, other] = [alice.id, bob.id];
    for (const memberIds of [
      [ownId, other],
      [other, other],
      [other, other.toUpperCase()],
    ]) {
      const group = { type: 'group', memberIds };
      const created = await expectData(alice.transport.request(createConversation, group));
      expect(created.memberCount).toBe(2);
      const dm = { type: 'dm', memberIds };
      const { members } = await expectData(alice.transport.request(createConversation, dm));
      expect(members.map(({ userId }) => userId)).toEqual([ownId, other].sort());
    }
    const { id: conversationId } = await expectData(
      alice.transport.request(createConversation, { type: 'group', memberIds: [ownId] }),
    );
    const added = { conversationId, userIds: [ownId, other, other] };
    expect((await expectData(alice.transport.request(addMembers, added))).memberCount).toBe(2);
  });
});
