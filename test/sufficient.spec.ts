import { events } from '../src/contract.js';
import { uploadAttachment } from '../src/modules/attachments/attachments.contract.js';
import { addBlock, removeBlock } from '../src/modules/blocks/blocks.contract.js';
import {
  createConversation,
  deleteConversation,
  updateConversation,
} from '../src/modules/conversations/conversations.contract.js';
import {
  deliveredConversation,
  readConversation,
  unreadConversation,
  updateMembership,
} from '../src/modules/conversations/marks.contract.js';
import {
  addMembers,
  joinConversation,
  removeMember,
  updateMember,
} from '../src/modules/conversations/members.contract.js';
import { removeDraft, saveDraft } from '../src/modules/drafts/drafts.contract.js';
import { clearUnread } from '../src/modules/inbox/inbox.contract.js';
import {
  deleteMessage,
  editMessage,
  forwardMessage,
  sendMessage,
} from '../src/modules/messages/messages.contract.js';
import {
  hideMessage,
  saveMessage,
  unsaveMessage,
} from '../src/modules/messages/mine/my-messages.contract.js';
import type { ScheduledMessageDto } from '../src/modules/scheduled/dto/scheduled-message.dto.js';
import {
  cancelScheduled,
  scheduleMessage,
  sendScheduled,
  updateScheduled,
} from '../src/modules/scheduled/scheduled.contract.js';
import { pinMessage, unpinMessage } from '../src/modules/messages/pins.contract.js';
import { addReaction, removeReaction } from '../src/modules/messages/reactions/reactions.contract.js';
import { updateUser } from '../src/modules/users/users.contract.js';
import { CALL_ACTIONS } from './proof/call-actions.js';
import { POLL_ACTIONS } from './proof/poll-actions.js';
import { expectSufficient, type Act, type Witness } from './proof/sufficient.js';
import { THREAD_ACTIONS } from './proof/thread-actions.js';
import { data } from './setup/doors.js';
import { note } from './setup/files.js';
import { startTestServer, type TestServer } from './setup/server.js';

/** Every action that changes anything, one line each. */
const ACTIONS: Record<string, Act> = {
  'a message': ({ bob, group: conversationId }) =>
    data(bob.door.ask(sendMessage, { conversationId, content: 'New' })),
  'a reply': ({ carol, group: conversationId, question }) =>
    data(carol.door.ask(sendMessage, { conversationId, content: 'Because', replyToId: question.id })),
  'a message that shows something': async ({ bob, group: conversationId }) => {
    const { id: attachmentId } = await data(bob.door.ask(uploadAttachment, { file: note() }));
    await data(bob.door.ask(sendMessage, { conversationId, type: 'file', media: [{ attachmentId }] }));
  },
  'a deletion of one that shows something, and hiding one': async ({ alice, bob, group: conversationId }) => {
    const { id: attachmentId } = await data(bob.door.ask(uploadAttachment, { file: note() }));
    const input = { conversationId, type: 'file', content: 'See', media: [{ attachmentId }] };
    const [one, other] = [
      await data(bob.door.ask(sendMessage, input)),
      await data(bob.door.ask(sendMessage, input)),
    ];
    await data(bob.door.ask(deleteMessage, { messageId: one.id }));
    await data(alice.door.ask(hideMessage, { messageId: other.id }));
  },
  'a mention': ({ bob, carol, group: conversationId }) =>
    data(bob.door.ask(sendMessage, { conversationId, content: '@carol', mentions: [carol.id] })),
  'a mention of everybody': ({ alice, group: conversationId }) =>
    data(alice.door.ask(sendMessage, { conversationId, content: '@all', mentionsAll: true })),
  'a mention that an edit brings, and one that it takes away': async ({ bob, carol, question, ...stage }) => {
    await data(bob.door.ask(editMessage, { messageId: question.id, content: '@all', mentions: [carol.id] }));
    const { group: conversationId, alice } = stage;
    const { id } = await data(
      bob.door.ask(sendMessage, { conversationId, content: '@both', mentions: [carol.id, alice.id] }),
    );
    await data(bob.door.ask(editMessage, { messageId: id, content: '@alice', mentions: [alice.id] }));
  },
  'a mention that is deleted': async ({ bob, carol, group: conversationId }) => {
    const { id } = await data(
      bob.door.ask(sendMessage, { conversationId, content: '@carol', mentions: [carol.id] }),
    );
    await data(bob.door.ask(deleteMessage, { messageId: id }));
  },
  'replies in a thread': async ({ alice, carol, group: conversationId, question }) => {
    for (const { door } of [carol, alice])
      await data(
        door.ask(sendMessage, { conversationId, content: 'In the thread', threadRootId: question.id }),
      );
  },
  'a reply in a thread that is deleted': async ({ carol, group: conversationId, question }) => {
    const input = { conversationId, content: 'In the thread', threadRootId: question.id };
    const { id } = await data(carol.door.ask(sendMessage, input));
    await data(carol.door.ask(sendMessage, input));
    await data(carol.door.ask(deleteMessage, { messageId: id }));
  },
  ...THREAD_ACTIONS,
  ...CALL_ACTIONS,
  ...POLL_ACTIONS,
  'saving a message, and no longer': async ({ alice, question }) => {
    await data(alice.door.ask(saveMessage, { messageId: question.id }));
    await data(alice.door.ask(unsaveMessage, { messageId: question.id }));
  },
  'saving a message': ({ bob, question }) => data(bob.door.ask(saveMessage, { messageId: question.id })),
  'hiding a message that was answered': async ({ carol, bob, question }) => {
    await data(carol.door.ask(saveMessage, { messageId: question.id }));
    await data(carol.door.ask(hideMessage, { messageId: question.id }));
    await data(bob.door.ask(editMessage, { messageId: question.id, content: 'Otherwise' }));
  },
  'hiding the last message, and what comes then': async ({ carol, bob, group: conversationId }) => {
    const { id } = await data(bob.door.ask(sendMessage, { conversationId, content: 'Last' }));
    await data(carol.door.ask(hideMessage, { messageId: id }));
    await data(bob.door.ask(sendMessage, { conversationId, content: 'Well?', replyToId: id }));
    await data(bob.door.ask(deleteMessage, { messageId: id }));
  },
  'what was saved and hidden by who is removed': async ({ alice, bob, group: conversationId, question }) => {
    await data(bob.door.ask(saveMessage, { messageId: question.id }));
    await data(alice.door.ask(removeMember, { conversationId, userId: bob.id }));
    await data(alice.door.ask(addMembers, { conversationId, userIds: [bob.id] }));
  },
  drafts: async ({ alice, carol, group: conversationId, question }) => {
    const thread = { conversationId, threadRootId: question.id };
    await data(alice.door.ask(saveDraft, { conversationId, content: 'So' }));
    await data(alice.door.ask(saveDraft, { ...thread, content: 'And', mentions: [carol.id] }));
    await data(carol.door.ask(saveDraft, { ...thread, content: 'But', replyToId: question.id }));
    await data(carol.door.ask(removeDraft, thread));
  },
  'messages to be sent later: changed, cancelled, sent': async ({ alice, carol, group, question }) => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const schedule = ({ door }: Witness, more: object = {}): Promise<ScheduledMessageDto> =>
      data(door.ask(scheduleMessage, { conversationId: group, content: 'Later', sendAt, ...more }));
    const [waits, cancelled, sent] = [
      await schedule(alice, { mentions: [carol.id] }),
      await schedule(alice),
      await schedule(carol, { replyToId: question.id }),
    ];
    await data(alice.door.ask(updateScheduled, { scheduledId: waits.id, content: 'Otherwise' }));
    await data(alice.door.ask(cancelScheduled, { scheduledId: cancelled.id }));
    await data(carol.door.ask(sendScheduled, { scheduledId: sent.id }));
  },
  'messages whose time comes, and one that is refused then': async ({ alice, bob, dm, group }) => {
    const sendAt = new Date(Date.now() + 700).toISOString();
    for (const conversationId of [group, dm])
      await data(alice.door.ask(scheduleMessage, { conversationId, content: 'Later', sendAt }));
    await data(bob.door.ask(addBlock, { userId: alice.id }));
    await alice.device.hear(4, 'scheduled.updated');
  },
  'a scheduled message of who leaves': async ({ carol, group: conversationId }) => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    await data(carol.door.ask(scheduleMessage, { conversationId, content: 'Later', sendAt }));
    await data(carol.door.ask(removeMember, { conversationId, userId: 'me' }));
  },
  'a reaction': ({ alice, question }) =>
    data(alice.door.ask(addReaction, { messageId: question.id, emoji: '👍' })),
  'reactions that come and go': async ({ alice, bob, carol, question: { id: messageId } }) => {
    for (const { door } of [carol, alice, bob]) await data(door.ask(addReaction, { messageId, emoji: '❤' }));
    await data(bob.door.ask(addReaction, { messageId, emoji: '🎉' }));
    await data(carol.door.ask(removeReaction, { messageId, emoji: '❤️' }));
    await data(bob.door.ask(removeReaction, { messageId, emoji: '🎉' }));
  },
  'reactions to what is deleted': async ({ alice, bob, question: { id: messageId } }) => {
    await data(alice.door.ask(addReaction, { messageId, emoji: '👍' }));
    await data(alice.door.ask(pinMessage, { messageId }));
    await data(bob.door.ask(deleteMessage, { messageId }));
  },
  'reactions to what somebody has hidden': async ({ alice, carol, question: { id: messageId } }) => {
    await data(carol.door.ask(hideMessage, { messageId }));
    await data(alice.door.ask(addReaction, { messageId, emoji: '👍' }));
    await data(alice.door.ask(pinMessage, { messageId }));
  },
  'a pin': ({ carol, question }) => data(carol.door.ask(pinMessage, { messageId: question.id })),
  'a pin, and no more': async ({ alice, carol, question: { id: messageId } }) => {
    await data(carol.door.ask(pinMessage, { messageId }));
    await data(alice.door.ask(unpinMessage, { messageId }));
  },
  'a forwarded message': ({ bob, dm: conversationId, question }) =>
    data(bob.door.ask(forwardMessage, { messageId: question.id, conversationId })),
  'an edit': ({ bob, question }) =>
    data(bob.door.ask(editMessage, { messageId: question.id, content: 'Said otherwise '.repeat(20) })),
  'a deletion of what is unread, and answered': ({ bob, question }) =>
    data(bob.door.ask(deleteMessage, { messageId: question.id })),
  'a deletion of what is read': async ({ alice, bob, carol, group: conversationId, question }) => {
    for (const { door } of [alice, carol]) await data(door.ask(readConversation, { conversationId, seq: 1 }));
    await data(bob.door.ask(deleteMessage, { messageId: question.id }));
  },
  'a deletion of the last message': async ({ alice, group: conversationId }) => {
    const { id } = await data(alice.door.ask(sendMessage, { conversationId, content: 'Oops' }));
    await data(alice.door.ask(deleteMessage, { messageId: id }));
  },
  'a new DM': ({ alice, carol }) =>
    data(alice.door.ask(createConversation, { type: 'dm', memberIds: [carol.id] })),
  'a new group': ({ bob, carol }) =>
    data(bob.door.ask(createConversation, { type: 'group', memberIds: [carol.id] })),
  'a new title': ({ alice, group: conversationId }) =>
    data(alice.door.ask(updateConversation, { conversationId, title: 'After', description: 'All' })),
  'a channel that becomes private': ({ alice, channel: conversationId }) =>
    data(alice.door.ask(updateConversation, { conversationId, isPrivate: true })),
  'a deleted group': ({ alice, group: conversationId }) =>
    data(alice.door.ask(deleteConversation, { conversationId })),
  'new members': ({ alice, bob, carol, channel: conversationId }) =>
    data(alice.door.ask(addMembers, { conversationId, userIds: [bob.id, carol.id] })),
  'a new member of what was said': async ({ alice, bob, carol, channel: conversationId }) => {
    await data(alice.door.ask(sendMessage, { conversationId, content: 'Alone' }));
    await data(alice.door.ask(addMembers, { conversationId, userIds: [bob.id] }));
    await data(bob.door.ask(sendMessage, { conversationId, content: 'Hello' }));
    await data(alice.door.ask(addMembers, { conversationId, userIds: [carol.id] }));
  },
  joining: ({ carol, channel: conversationId }) => data(carol.door.ask(joinConversation, { conversationId })),
  leaving: ({ carol, group: conversationId }) =>
    data(carol.door.ask(removeMember, { conversationId, userId: 'me' })),
  'a removal': ({ alice, bob, group: conversationId }) =>
    data(alice.door.ask(removeMember, { conversationId, userId: bob.id })),
  'a removal, and back again': async ({ alice, bob, group: conversationId }) => {
    await data(alice.door.ask(removeMember, { conversationId, userId: bob.id }));
    await data(alice.door.ask(sendMessage, { conversationId, content: 'Without bob' }));
    await data(alice.door.ask(addMembers, { conversationId, userIds: [bob.id] }));
  },
  'a role': ({ alice, bob, group: conversationId }) =>
    data(alice.door.ask(updateMember, { conversationId, userId: bob.id, role: 'admin' })),
  'a hand-over': ({ alice, bob, group: conversationId }) =>
    data(alice.door.ask(updateMember, { conversationId, userId: bob.id, role: 'owner', handOver: true })),
  reading: ({ alice, group: conversationId }) =>
    data(alice.door.ask(readConversation, { conversationId, seq: 1 })),
  'reading, and what comes then': async ({ alice, bob, group: conversationId }) => {
    await data(alice.door.ask(readConversation, { conversationId, seq: 99 }));
    await data(bob.door.ask(sendMessage, { conversationId, content: 'And' }));
    await data(alice.door.ask(readConversation, { conversationId, seq: 3 }));
  },
  'marking as unread': async ({ carol, group: conversationId }) => {
    await data(carol.door.ask(readConversation, { conversationId, seq: 3 }));
    await data(carol.door.ask(unreadConversation, { conversationId, seq: 1 }));
  },
  receiving: ({ carol, group: conversationId }) =>
    data(carol.door.ask(deliveredConversation, { conversationId, seq: 3 })),
  'reading everything': ({ bob }) => data(bob.door.ask(clearUnread, {})),
  'muting, pinning, archiving': ({ bob, dm: conversationId }) =>
    data(
      bob.door.ask(updateMembership, {
        conversationId,
        mutedUntil: '2040-01-01T00:00:00Z',
        pinned: true,
        archived: true,
      }),
    ),
  'a block': ({ alice, bob }) => data(alice.door.ask(addBlock, { userId: bob.id })),
  'a block, and no more': async ({ alice, bob, carol }) => {
    await data(alice.door.ask(addBlock, { userId: bob.id }));
    await data(alice.door.ask(addBlock, { userId: carol.id }));
    await data(alice.door.ask(removeBlock, { userId: bob.id }));
  },
  'hidden receipts': ({ carol }) =>
    data(carol.door.ask(updateUser, { userId: 'me', settings: { readReceipts: false } })),
  'a new name': ({ carol }) => data(carol.door.ask(updateUser, { userId: 'me', displayName: 'Caroline' })),
};

describe('What was known before, and the events or a sync, make what is read anew, after', () => {
  let server: TestServer;
  const heard = new Set<string>();

  /** A third member is one too many for receipts, and so is the second one for typing. */
  beforeAll(async () => (server = await startTestServer({ receiptsMaxMembers: 2, typingMaxMembers: 1 })));
  afterAll(() => server.stop());

  it.each(Object.entries(ACTIONS))('%s', async (name, act) => {
    for (const event of await expectSufficient(server, name, act)) heard.add(event);
  });

  it('and every durable event was among them', () => {
    const durable = events.filter((event) => event.durable).map((event) => event.name);
    expect([...heard].filter((name) => durable.includes(name)).sort()).toEqual(durable.sort());
  });
});
