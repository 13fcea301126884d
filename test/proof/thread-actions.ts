import { addMembers, removeMember } from '../../src/modules/conversations/members.contract.js';
import { clearUnread } from '../../src/modules/inbox/inbox.contract.js';
import { deleteMessage, editMessage, sendMessage } from '../../src/modules/messages/messages.contract.js';
import {
  followThread,
  readThread,
  unfollowThread,
} from '../../src/modules/messages/threads/threads.contract.js';
import { data } from '../setup/doors.js';
import type { Act } from './sufficient.js';

/** Every action by which a thread becomes something else to somebody. */
export const THREAD_ACTIONS: Record<string, Act> = {
  'following a thread, and what comes and goes in it': async ({ alice, bob, carol, group, question }) => {
    await data(alice.door.ask(followThread, { messageId: question.id }));
    const input = { conversationId: group, content: 'In the thread', threadRootId: question.id };
    for (const { door } of [carol, bob]) await data(door.ask(sendMessage, input));
    const { id, seq } = await data(carol.door.ask(sendMessage, input));
    await data(bob.door.ask(readThread, { messageId: question.id, seq: seq - 1 }));
    await data(carol.door.ask(editMessage, { messageId: id, content: '@alice', mentions: [alice.id] }));
    await data(carol.door.ask(deleteMessage, { messageId: id }));
    await data(carol.door.ask(sendMessage, input));
  },
  'a thread that is followed no more, and again': async ({ alice, bob, carol, group, question }) => {
    const input = { conversationId: group, content: 'In the thread', threadRootId: question.id };
    await data(carol.door.ask(sendMessage, { ...input, mentions: [alice.id] }));
    for (const { door } of [bob, carol, alice])
      await data(door.ask(unfollowThread, { messageId: question.id }));
    await data(alice.door.ask(sendMessage, input));
    await data(bob.door.ask(followThread, { messageId: question.id }));
    await data(carol.door.ask(sendMessage, input));
  },
  'a thread of who leaves, and comes back': async ({ alice, bob, carol, group, question }) => {
    const input = { conversationId: group, content: 'In the thread', threadRootId: question.id };
    await data(carol.door.ask(sendMessage, input));
    await data(alice.door.ask(removeMember, { conversationId: group, userId: bob.id }));
    await data(carol.door.ask(sendMessage, input));
    await data(alice.door.ask(addMembers, { conversationId: group, userIds: [bob.id] }));
    await data(carol.door.ask(sendMessage, input));
  },
  'reading everything, threads too': async ({ bob, carol, group: conversationId, question }) => {
    const input = { conversationId, content: 'In the thread', threadRootId: question.id };
    await data(carol.door.ask(sendMessage, input));
    await data(bob.door.ask(clearUnread, {}));
    await data(carol.door.ask(sendMessage, input));
  },
};
