import { addMembers, removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import { clearUnread } from '../../../src/modules/inbox/inbox.contract.js';
import { hideMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import { deleteMessage, editMessage, sendMessage } from '../../../src/modules/messages/messages.contract.js';
import {
  followThread,
  readThread,
  unfollowThread,
} from '../../../src/modules/messages/threads/threads.contract.js';
import { expectData } from '../clients/transports.js';
import type { TestAction } from './event-sufficiency.js';

/** All actions that change a thread for a user. */
export const THREAD_ACTIONS: Record<string, TestAction> = {
  'replies, edits and deletions in a followed thread': async ({ alice, bob, carol, group, question }) => {
    await expectData(alice.transport.request(followThread, { messageId: question.id }));
    const input = { conversationId: group, content: 'In the thread', threadRootId: question.id };
    for (const { transport } of [carol, bob]) await expectData(transport.request(sendMessage, input));
    const { id, seq } = await expectData(carol.transport.request(sendMessage, input));
    await expectData(bob.transport.request(readThread, { messageId: question.id, seq: seq - 1 }));
    await expectData(
      carol.transport.request(editMessage, { messageId: id, content: '@alice', mentions: [alice.id] }),
    );
    await expectData(carol.transport.request(deleteMessage, { messageId: id }));
    await expectData(carol.transport.request(sendMessage, input));
  },
  'unfollowing a thread and following it again': async ({ alice, bob, carol, group, question }) => {
    const input = { conversationId: group, content: 'In the thread', threadRootId: question.id };
    await expectData(carol.transport.request(sendMessage, { ...input, mentions: [alice.id] }));
    for (const { transport } of [bob, carol, alice])
      await expectData(transport.request(unfollowThread, { messageId: question.id }));
    await expectData(alice.transport.request(sendMessage, input));
    await expectData(bob.transport.request(followThread, { messageId: question.id }));
    await expectData(carol.transport.request(sendMessage, input));
  },
  'a thread of a member who is removed and returns': async ({ alice, bob, carol, group, question }) => {
    const input = { conversationId: group, content: 'In the thread', threadRootId: question.id };
    await expectData(carol.transport.request(sendMessage, input));
    await expectData(alice.transport.request(removeMember, { conversationId: group, userId: bob.id }));
    await expectData(carol.transport.request(sendMessage, input));
    await expectData(alice.transport.request(addMembers, { conversationId: group, userIds: [bob.id] }));
    await expectData(carol.transport.request(sendMessage, input));
  },
  'mentions in replies, added and removed by edits': async ({ alice, bob, carol, group, question }) => {
    const input = { conversationId: group, content: 'In the thread', threadRootId: question.id };
    await expectData(alice.transport.request(followThread, { messageId: question.id }));
    const { id } = await expectData(
      carol.transport.request(sendMessage, { ...input, mentions: [alice.id, bob.id] }),
    );
    const plain = await expectData(carol.transport.request(sendMessage, input));
    await expectData(
      carol.transport.request(editMessage, { messageId: id, content: '@bob', mentions: [bob.id] }),
    );
    await expectData(
      carol.transport.request(editMessage, { messageId: plain.id, content: '@alice', mentions: [alice.id] }),
    );
    await expectData(alice.transport.request(sendMessage, { ...input, mentionsAll: true }));
  },
  'a deleted and a hidden reply with mentions': async ({ alice, bob, carol, group, question }) => {
    const input = { conversationId: group, content: '@both', threadRootId: question.id };
    const mentions = [alice.id, bob.id];
    const [one, other] = [
      await expectData(carol.transport.request(sendMessage, { ...input, mentions })),
      await expectData(carol.transport.request(sendMessage, { ...input, mentions })),
    ];
    await expectData(bob.transport.request(hideMessage, { messageId: one.id }));
    await expectData(carol.transport.request(deleteMessage, { messageId: one.id }));
    await expectData(carol.transport.request(deleteMessage, { messageId: other.id }));
  },
  'a reply that marks its thread as read': async ({ alice, bob, carol, group, question }) => {
    const input = { conversationId: group, content: 'In the thread', threadRootId: question.id };
    await expectData(carol.transport.request(sendMessage, input));
    await expectData(bob.transport.request(sendMessage, { ...input, markRead: true }));
    await expectData(alice.transport.request(sendMessage, { ...input, markRead: true }));
  },
  'marking all as read, including threads': async ({ bob, carol, group: conversationId, question }) => {
    const input = { conversationId, content: 'In the thread', threadRootId: question.id };
    await expectData(carol.transport.request(sendMessage, input));
    await expectData(bob.transport.request(clearUnread, {}));
    await expectData(carol.transport.request(sendMessage, input));
  },
};
