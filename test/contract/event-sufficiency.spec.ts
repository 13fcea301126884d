import { events } from '../../src/api-contract.js';
import { uploadAttachment } from '../../src/modules/attachments/attachments.contract.js';
import { addBlock, removeBlock } from '../../src/modules/blocks/blocks.contract.js';
import {
  createConversation,
  deleteConversation,
  updateConversation,
} from '../../src/modules/conversations/conversations.contract.js';
import {
  deliveredConversation,
  readConversation,
  unreadConversation,
  updateMembership,
} from '../../src/modules/conversations/memberships.contract.js';
import {
  addMembers,
  joinConversation,
  removeMember,
  updateMember,
} from '../../src/modules/conversations/members.contract.js';
import { removeDraft, saveDraft } from '../../src/modules/drafts/drafts.contract.js';
import { clearUnread } from '../../src/modules/inbox/inbox.contract.js';
import {
  deleteMessage,
  editMessage,
  forwardMessage,
  sendMessage,
} from '../../src/modules/messages/messages.contract.js';
import {
  hideMessage,
  saveMessage,
  unsaveMessage,
} from '../../src/modules/messages/flags/message-flags.contract.js';
import type { ScheduledMessageDto } from '../../src/modules/scheduled-messages/dto/scheduled-message.dto.js';
import {
  cancelScheduledMessage,
  scheduleMessage,
  sendScheduledMessage,
  updateScheduledMessage,
} from '../../src/modules/scheduled-messages/scheduled-messages.contract.js';
import { pinMessage, unpinMessage } from '../../src/modules/messages/pins/pins.contract.js';
import { addReaction, removeReaction } from '../../src/modules/messages/reactions/reactions.contract.js';
import { updateUser } from '../../src/modules/users/users.contract.js';
import { CALL_ACTIONS } from '../support/events/call-actions.js';
import { POLL_ACTIONS } from '../support/events/poll-actions.js';
import {
  expectEventSufficiency,
  type TestAction,
  type ConnectedUser,
} from '../support/events/event-sufficiency.js';
import { THREAD_ACTIONS } from '../support/events/thread-actions.js';
import { expectData } from '../support/clients/transports.js';
import { createTextFile } from '../support/uploads/sample-files.js';
import { startTestServer, type TestServer } from '../support/servers/test-server.js';

/** All actions that change data, one line each. */
const ACTIONS: Record<string, TestAction> = {
  'a message': ({ bob, group: conversationId }) =>
    expectData(bob.transport.request(sendMessage, { conversationId, content: 'New' })),
  'a reply': ({ carol, group: conversationId, question }) =>
    expectData(
      carol.transport.request(sendMessage, { conversationId, content: 'Because', replyToId: question.id }),
    ),
  'a message that shows something': async ({ bob, group: conversationId }) => {
    const { id: attachmentId } = await expectData(
      bob.transport.request(uploadAttachment, { file: createTextFile() }),
    );
    await expectData(
      bob.transport.request(sendMessage, { conversationId, type: 'file', media: [{ attachmentId }] }),
    );
  },
  'a deletion of one that shows something, and hiding one': async ({ alice, bob, group: conversationId }) => {
    const { id: attachmentId } = await expectData(
      bob.transport.request(uploadAttachment, { file: createTextFile() }),
    );
    const input = { conversationId, type: 'file', content: 'See', media: [{ attachmentId }] };
    const [one, other] = [
      await expectData(bob.transport.request(sendMessage, input)),
      await expectData(bob.transport.request(sendMessage, input)),
    ];
    await expectData(bob.transport.request(deleteMessage, { messageId: one.id }));
    await expectData(alice.transport.request(hideMessage, { messageId: other.id }));
  },
  'a mention': ({ bob, carol, group: conversationId }) =>
    expectData(
      bob.transport.request(sendMessage, { conversationId, content: '@carol', mentions: [carol.id] }),
    ),
  'a mention of everybody': ({ alice, group: conversationId }) =>
    expectData(alice.transport.request(sendMessage, { conversationId, content: '@all', mentionsAll: true })),
  'a mention that an edit brings, and one that it takes away': async ({ bob, carol, question, ...stage }) => {
    await expectData(
      bob.transport.request(editMessage, { messageId: question.id, content: '@all', mentions: [carol.id] }),
    );
    const { group: conversationId, alice } = stage;
    const { id } = await expectData(
      bob.transport.request(sendMessage, {
        conversationId,
        content: '@both',
        mentions: [carol.id, alice.id],
      }),
    );
    await expectData(
      bob.transport.request(editMessage, { messageId: id, content: '@alice', mentions: [alice.id] }),
    );
  },
  'a mention that is deleted': async ({ bob, carol, group: conversationId }) => {
    const { id } = await expectData(
      bob.transport.request(sendMessage, { conversationId, content: '@carol', mentions: [carol.id] }),
    );
    await expectData(bob.transport.request(deleteMessage, { messageId: id }));
  },
  'replies in a thread': async ({ alice, carol, group: conversationId, question }) => {
    for (const { transport: transport } of [carol, alice])
      await expectData(
        transport.request(sendMessage, {
          conversationId,
          content: 'In the thread',
          threadRootId: question.id,
        }),
      );
  },
  'a reply in a thread that is deleted': async ({ carol, group: conversationId, question }) => {
    const input = { conversationId, content: 'In the thread', threadRootId: question.id };
    const { id } = await expectData(carol.transport.request(sendMessage, input));
    await expectData(carol.transport.request(sendMessage, input));
    await expectData(carol.transport.request(deleteMessage, { messageId: id }));
  },
  ...THREAD_ACTIONS,
  ...CALL_ACTIONS,
  ...POLL_ACTIONS,
  'saving a message, and no longer': async ({ alice, question }) => {
    await expectData(alice.transport.request(saveMessage, { messageId: question.id }));
    await expectData(alice.transport.request(unsaveMessage, { messageId: question.id }));
  },
  'saving a message': ({ bob, question }) =>
    expectData(bob.transport.request(saveMessage, { messageId: question.id })),
  'hiding a message that was answered': async ({ carol, bob, question }) => {
    await expectData(carol.transport.request(saveMessage, { messageId: question.id }));
    await expectData(carol.transport.request(hideMessage, { messageId: question.id }));
    await expectData(bob.transport.request(editMessage, { messageId: question.id, content: 'Otherwise' }));
  },
  'hiding the last message, and what comes then': async ({ carol, bob, group: conversationId }) => {
    const { id } = await expectData(bob.transport.request(sendMessage, { conversationId, content: 'Last' }));
    await expectData(carol.transport.request(hideMessage, { messageId: id }));
    await expectData(bob.transport.request(sendMessage, { conversationId, content: 'Well?', replyToId: id }));
    await expectData(bob.transport.request(deleteMessage, { messageId: id }));
  },
  'what was saved and hidden by who is removed': async ({ alice, bob, group: conversationId, question }) => {
    await expectData(bob.transport.request(saveMessage, { messageId: question.id }));
    await expectData(alice.transport.request(removeMember, { conversationId, userId: bob.id }));
    await expectData(alice.transport.request(addMembers, { conversationId, userIds: [bob.id] }));
  },
  drafts: async ({ alice, carol, group: conversationId, question }) => {
    const thread = { conversationId, threadRootId: question.id };
    await expectData(alice.transport.request(saveDraft, { conversationId, content: 'So' }));
    await expectData(alice.transport.request(saveDraft, { ...thread, content: 'And', mentions: [carol.id] }));
    await expectData(
      carol.transport.request(saveDraft, { ...thread, content: 'But', replyToId: question.id }),
    );
    await expectData(carol.transport.request(removeDraft, thread));
  },
  'messages to be sent later: changed, cancelled, sent': async ({ alice, carol, group, question }) => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const schedule = (
      { transport: transport }: ConnectedUser,
      more: object = {},
    ): Promise<ScheduledMessageDto> =>
      expectData(
        transport.request(scheduleMessage, { conversationId: group, content: 'Later', sendAt, ...more }),
      );
    const [waits, cancelled, sent] = [
      await schedule(alice, { mentions: [carol.id] }),
      await schedule(alice),
      await schedule(carol, { replyToId: question.id }),
    ];
    await expectData(
      alice.transport.request(updateScheduledMessage, { scheduledMessageId: waits.id, content: 'Otherwise' }),
    );
    await expectData(alice.transport.request(cancelScheduledMessage, { scheduledMessageId: cancelled.id }));
    await expectData(carol.transport.request(sendScheduledMessage, { scheduledMessageId: sent.id }));
  },
  'messages whose time comes, and one that is refused then': async ({ alice, bob, dm, group }) => {
    const sendAt = new Date(Date.now() + 2_000).toISOString();
    for (const conversationId of [group, dm])
      await expectData(
        alice.transport.request(scheduleMessage, { conversationId, content: 'Later', sendAt }),
      );
    await expectData(bob.transport.request(addBlock, { userId: alice.id }));
    await alice.device.waitForEvents(4, 'scheduled_message.updated');
  },
  'a scheduled message of who leaves': async ({ carol, group: conversationId }) => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    await expectData(carol.transport.request(scheduleMessage, { conversationId, content: 'Later', sendAt }));
    await expectData(carol.transport.request(removeMember, { conversationId, userId: 'me' }));
  },
  'a reaction': ({ alice, question }) =>
    expectData(alice.transport.request(addReaction, { messageId: question.id, emoji: '👍' })),
  'reactions that come and go': async ({ alice, bob, carol, question: { id: messageId } }) => {
    for (const { transport: transport } of [carol, alice, bob])
      await expectData(transport.request(addReaction, { messageId, emoji: '❤' }));
    await expectData(bob.transport.request(addReaction, { messageId, emoji: '🎉' }));
    await expectData(carol.transport.request(removeReaction, { messageId, emoji: '❤️' }));
    await expectData(bob.transport.request(removeReaction, { messageId, emoji: '🎉' }));
  },
  'reactions to what is deleted': async ({ alice, bob, question: { id: messageId } }) => {
    await expectData(alice.transport.request(addReaction, { messageId, emoji: '👍' }));
    await expectData(alice.transport.request(pinMessage, { messageId }));
    await expectData(bob.transport.request(deleteMessage, { messageId }));
  },
  'reactions to what somebody has hidden': async ({ alice, carol, question: { id: messageId } }) => {
    await expectData(carol.transport.request(hideMessage, { messageId }));
    await expectData(alice.transport.request(addReaction, { messageId, emoji: '👍' }));
    await expectData(alice.transport.request(pinMessage, { messageId }));
  },
  'a pin': ({ carol, question }) =>
    expectData(carol.transport.request(pinMessage, { messageId: question.id })),
  'a pin, and no more': async ({ alice, carol, question: { id: messageId } }) => {
    await expectData(carol.transport.request(pinMessage, { messageId }));
    await expectData(alice.transport.request(unpinMessage, { messageId }));
  },
  'a forwarded message': ({ bob, dm: conversationId, question }) =>
    expectData(bob.transport.request(forwardMessage, { messageId: question.id, conversationId })),
  'an edit': ({ bob, question }) =>
    expectData(
      bob.transport.request(editMessage, { messageId: question.id, content: 'Said otherwise '.repeat(20) }),
    ),
  'a deletion of what is unread, and answered': ({ bob, question }) =>
    expectData(bob.transport.request(deleteMessage, { messageId: question.id })),
  'a deletion of what is read': async ({ alice, bob, carol, group: conversationId, question }) => {
    for (const { transport: transport } of [alice, carol])
      await expectData(transport.request(readConversation, { conversationId, seq: 1 }));
    await expectData(bob.transport.request(deleteMessage, { messageId: question.id }));
  },
  'a deletion of the last message': async ({ alice, group: conversationId }) => {
    const { id } = await expectData(
      alice.transport.request(sendMessage, { conversationId, content: 'Oops' }),
    );
    await expectData(alice.transport.request(deleteMessage, { messageId: id }));
  },
  'a new DM': ({ alice, carol }) =>
    expectData(alice.transport.request(createConversation, { type: 'dm', memberIds: [carol.id] })),
  'a new group': ({ bob, carol }) =>
    expectData(bob.transport.request(createConversation, { type: 'group', memberIds: [carol.id] })),
  'a new title': ({ alice, group: conversationId }) =>
    expectData(
      alice.transport.request(updateConversation, { conversationId, title: 'After', description: 'All' }),
    ),
  'a channel that becomes private': ({ alice, channel: conversationId }) =>
    expectData(alice.transport.request(updateConversation, { conversationId, isPrivate: true })),
  'a deleted group': ({ alice, group: conversationId }) =>
    expectData(alice.transport.request(deleteConversation, { conversationId })),
  'new members': ({ alice, bob, carol, channel: conversationId }) =>
    expectData(alice.transport.request(addMembers, { conversationId, userIds: [bob.id, carol.id] })),
  'a new member of what was said': async ({ alice, bob, carol, channel: conversationId }) => {
    await expectData(alice.transport.request(sendMessage, { conversationId, content: 'Alone' }));
    await expectData(alice.transport.request(addMembers, { conversationId, userIds: [bob.id] }));
    await expectData(bob.transport.request(sendMessage, { conversationId, content: 'Hello' }));
    await expectData(alice.transport.request(addMembers, { conversationId, userIds: [carol.id] }));
  },
  joining: ({ carol, channel: conversationId }) =>
    expectData(carol.transport.request(joinConversation, { conversationId })),
  leaving: ({ carol, group: conversationId }) =>
    expectData(carol.transport.request(removeMember, { conversationId, userId: 'me' })),
  'a removal': ({ alice, bob, group: conversationId }) =>
    expectData(alice.transport.request(removeMember, { conversationId, userId: bob.id })),
  'a removal, and back again': async ({ alice, bob, group: conversationId }) => {
    await expectData(alice.transport.request(removeMember, { conversationId, userId: bob.id }));
    await expectData(alice.transport.request(sendMessage, { conversationId, content: 'Without bob' }));
    await expectData(alice.transport.request(addMembers, { conversationId, userIds: [bob.id] }));
  },
  'a role': ({ alice, bob, group: conversationId }) =>
    expectData(alice.transport.request(updateMember, { conversationId, userId: bob.id, role: 'admin' })),
  'a hand-over': ({ alice, bob, group: conversationId }) =>
    expectData(
      alice.transport.request(updateMember, {
        conversationId,
        userId: bob.id,
        role: 'owner',
        transferOwnership: true,
      }),
    ),
  reading: ({ alice, group: conversationId }) =>
    expectData(alice.transport.request(readConversation, { conversationId, seq: 1 })),
  'reading, and what comes then': async ({ alice, bob, group: conversationId }) => {
    await expectData(alice.transport.request(readConversation, { conversationId, seq: 99 }));
    await expectData(bob.transport.request(sendMessage, { conversationId, content: 'And' }));
    await expectData(alice.transport.request(readConversation, { conversationId, seq: 3 }));
  },
  'marking as unread': async ({ carol, group: conversationId }) => {
    await expectData(carol.transport.request(readConversation, { conversationId, seq: 3 }));
    await expectData(carol.transport.request(unreadConversation, { conversationId, seq: 1 }));
  },
  receiving: ({ carol, group: conversationId }) =>
    expectData(carol.transport.request(deliveredConversation, { conversationId, seq: 3 })),
  'reading everything': ({ bob }) => expectData(bob.transport.request(clearUnread, {})),
  'muting, pinning, archiving': ({ bob, dm: conversationId }) =>
    expectData(
      bob.transport.request(updateMembership, {
        conversationId,
        mutedUntil: '2040-01-01T00:00:00Z',
        pinned: true,
        archived: true,
      }),
    ),
  'a block': ({ alice, bob }) => expectData(alice.transport.request(addBlock, { userId: bob.id })),
  'a block, and no more': async ({ alice, bob, carol }) => {
    await expectData(alice.transport.request(addBlock, { userId: bob.id }));
    await expectData(alice.transport.request(addBlock, { userId: carol.id }));
    await expectData(alice.transport.request(removeBlock, { userId: bob.id }));
  },
  'hidden receipts': ({ carol }) =>
    expectData(carol.transport.request(updateUser, { userId: 'me', settings: { readReceipts: false } })),
  'a new name': ({ carol }) =>
    expectData(carol.transport.request(updateUser, { userId: 'me', displayName: 'Caroline' })),
};

describe('The old state with the events or a sync equals a fresh read after', () => {
  let server: TestServer;
  const heard = new Set<string>();

  /** Limits at which a third member exceeds receipts and a second one exceeds typing. */
  beforeAll(async () => (server = await startTestServer({ receiptsMaxMembers: 2, typingMaxMembers: 1 })));
  afterAll(() => server.stop());

  it.each(Object.entries(ACTIONS))('%s', async (name, act) => {
    for (const event of await expectEventSufficiency(server, name, act)) heard.add(event);
  });

  it('all durable events', () => {
    const durable = events.filter((event) => event.durable).map((event) => event.name);
    expect([...heard].filter((name) => durable.includes(name)).sort()).toEqual(durable.sort());
  });
});
