import { uploadAttachment } from '../../../src/modules/attachments/attachments.contract.js';
import {
  markConversationRead,
  markConversationUnread,
} from '../../../src/modules/conversations/memberships/memberships.contract.js';
import { addMembers, removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import {
  deleteMessage,
  editMessage,
  forwardMessage,
  sendMessage,
} from '../../../src/modules/messages/messages.contract.js';
import {
  hideMessage,
  saveMessage,
  unsaveMessage,
} from '../../../src/modules/messages/flags/message-flags.contract.js';
import { pinMessage, unpinMessage } from '../../../src/modules/messages/pins/pins.contract.js';
import { addReaction, removeReaction } from '../../../src/modules/messages/reactions/reactions.contract.js';
import { type TestAction } from './event-sufficiency.js';
import { expectData } from '../clients/transports.js';
import { createTextFile } from '../uploads/sample-files.js';

/** Actions on messages, reactions, pins and mentions. */
export const MESSAGE_ACTIONS: Record<string, TestAction> = {
  'a new message': ({ bob, group: conversationId }) =>
    expectData(bob.transport.request(sendMessage, { conversationId, content: 'New' })),
  'a reply': ({ carol, group: conversationId, question }) =>
    expectData(
      carol.transport.request(sendMessage, { conversationId, content: 'Because', replyToId: question.id }),
    ),
  'replies to a text that is cut within a sequence of emoji': async ({
    alice,
    bob,
    group: conversationId,
  }) => {
    const content = `${'x'.repeat(98)}👨‍👩‍👧`;
    const { id: replyToId } = await expectData(
      bob.transport.request(sendMessage, { conversationId, content: 'Before' }),
    );
    await expectData(alice.transport.request(sendMessage, { conversationId, content: 'Answer', replyToId }));
    await expectData(bob.transport.request(editMessage, { messageId: replyToId, content }));
    await expectData(bob.transport.request(sendMessage, { conversationId, content }));
  },
  'a message with an attachment': async ({ bob, group: conversationId }) => {
    const { id: attachmentId } = await expectData(
      bob.transport.request(uploadAttachment, { file: createTextFile() }),
    );
    await expectData(
      bob.transport.request(sendMessage, { conversationId, type: 'file', media: [{ attachmentId }] }),
    );
  },
  'deleting and hiding messages with attachments': async ({ alice, bob, group: conversationId }) => {
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
  'a mention of all members': ({ alice, group: conversationId }) =>
    expectData(alice.transport.request(sendMessage, { conversationId, content: '@all', mentionsAll: true })),
  'mentions added and removed by edits': async ({ bob, carol, question, ...context }) => {
    await expectData(
      bob.transport.request(editMessage, { messageId: question.id, content: '@all', mentions: [carol.id] }),
    );
    const { group: conversationId, alice } = context;
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
  'a deleted message with a mention': async ({ bob, carol, group: conversationId }) => {
    const { id } = await expectData(
      bob.transport.request(sendMessage, { conversationId, content: '@carol', mentions: [carol.id] }),
    );
    await expectData(bob.transport.request(deleteMessage, { messageId: id }));
  },
  'replies in a thread': async ({ alice, carol, group: conversationId, question }) => {
    for (const { transport } of [carol, alice])
      await expectData(
        transport.request(sendMessage, {
          conversationId,
          content: 'In the thread',
          threadRootId: question.id,
        }),
      );
  },
  'a deleted reply in a thread': async ({ carol, group: conversationId, question }) => {
    const input = { conversationId, content: 'In the thread', threadRootId: question.id };
    const { id } = await expectData(carol.transport.request(sendMessage, input));
    await expectData(carol.transport.request(sendMessage, input));
    await expectData(carol.transport.request(deleteMessage, { messageId: id }));
  },
  'saving and unsaving a message': async ({ alice, question }) => {
    await expectData(alice.transport.request(saveMessage, { messageId: question.id }));
    await expectData(alice.transport.request(unsaveMessage, { messageId: question.id }));
  },
  'saving a message': ({ bob, question }) =>
    expectData(bob.transport.request(saveMessage, { messageId: question.id })),
  'hiding a message with a reply': async ({ carol, bob, question }) => {
    await expectData(carol.transport.request(saveMessage, { messageId: question.id }));
    await expectData(carol.transport.request(hideMessage, { messageId: question.id }));
    await expectData(bob.transport.request(editMessage, { messageId: question.id, content: 'Otherwise' }));
  },
  'hiding the last message before a reply to it': async ({ carol, bob, group: conversationId }) => {
    const { id } = await expectData(bob.transport.request(sendMessage, { conversationId, content: 'Last' }));
    await expectData(carol.transport.request(hideMessage, { messageId: id }));
    await expectData(bob.transport.request(sendMessage, { conversationId, content: 'Well?', replyToId: id }));
    await expectData(bob.transport.request(deleteMessage, { messageId: id }));
  },
  'saved messages of a member who is removed and returns': async ({
    alice,
    bob,
    group: conversationId,
    question,
  }) => {
    await expectData(bob.transport.request(saveMessage, { messageId: question.id }));
    await expectData(alice.transport.request(removeMember, { conversationId, userId: bob.id }));
    await expectData(alice.transport.request(addMembers, { conversationId, userIds: [bob.id] }));
  },
  'a reaction': ({ alice, question }) =>
    expectData(alice.transport.request(addReaction, { messageId: question.id, emoji: '👍' })),
  'added and removed reactions': async ({ alice, bob, carol, question: { id: messageId } }) => {
    for (const { transport } of [carol, alice, bob])
      await expectData(transport.request(addReaction, { messageId, emoji: '❤' }));
    await expectData(bob.transport.request(addReaction, { messageId, emoji: '🎉' }));
    await expectData(carol.transport.request(removeReaction, { messageId, emoji: '❤️' }));
    await expectData(bob.transport.request(removeReaction, { messageId, emoji: '🎉' }));
  },
  'reactions to a deleted message': async ({ alice, bob, question: { id: messageId } }) => {
    await expectData(alice.transport.request(addReaction, { messageId, emoji: '👍' }));
    await expectData(alice.transport.request(pinMessage, { messageId }));
    await expectData(bob.transport.request(deleteMessage, { messageId }));
  },
  'reactions to a message hidden by a member': async ({ alice, carol, question: { id: messageId } }) => {
    await expectData(carol.transport.request(hideMessage, { messageId }));
    await expectData(alice.transport.request(addReaction, { messageId, emoji: '👍' }));
    await expectData(alice.transport.request(pinMessage, { messageId }));
  },
  'hiding unread messages, one of them with a mention, and a read one': async (context) => {
    const { alice, bob, carol, group: conversationId, question } = context;
    const { id } = await expectData(
      bob.transport.request(sendMessage, { conversationId, content: '@carol', mentions: [carol.id] }),
    );
    await expectData(carol.transport.request(hideMessage, { messageId: question.id }));
    await expectData(carol.transport.request(hideMessage, { messageId: id }));
    await expectData(bob.transport.request(deleteMessage, { messageId: id }));
    await expectData(alice.transport.request(markConversationRead, { conversationId, seq: 2 }));
    await expectData(alice.transport.request(hideMessage, { messageId: question.id }));
    await expectData(alice.transport.request(markConversationUnread, { conversationId, seq: 1 }));
  },
  'a message that marks its conversation as read': async ({ alice, bob, carol, group: conversationId }) => {
    await expectData(
      bob.transport.request(sendMessage, { conversationId, content: '@carol', mentions: [carol.id] }),
    );
    await expectData(
      carol.transport.request(sendMessage, { conversationId, content: 'Yes', markRead: true }),
    );
    await expectData(alice.transport.request(sendMessage, { conversationId, content: 'No' }));
  },
  'answers to changes of a hidden message and of a message with own reactions': async (context) => {
    const { alice, bob, carol, question } = context;
    const { id: messageId } = question;
    for (const { transport } of [alice, bob, carol])
      await expectData(transport.request(addReaction, { messageId, emoji: '👍' }));
    await expectData(bob.transport.request(editMessage, { messageId, content: 'Edited' }));
    await expectData(alice.transport.request(removeReaction, { messageId, emoji: '👍' }));
    await expectData(carol.transport.request(addReaction, { messageId, emoji: '🎉' }));
  },
  'a pinned message': ({ carol, question }) =>
    expectData(carol.transport.request(pinMessage, { messageId: question.id })),
  'a pinned and unpinned message': async ({ alice, carol, question: { id: messageId } }) => {
    await expectData(carol.transport.request(pinMessage, { messageId }));
    await expectData(alice.transport.request(unpinMessage, { messageId }));
  },
  'a forwarded message': ({ bob, dm: conversationId, question }) =>
    expectData(bob.transport.request(forwardMessage, { messageId: question.id, conversationId })),
  'an edited message': ({ bob, question }) =>
    expectData(
      bob.transport.request(editMessage, { messageId: question.id, content: 'Said otherwise '.repeat(20) }),
    ),
  'a deletion of an unread message with a reply': ({ bob, question }) =>
    expectData(bob.transport.request(deleteMessage, { messageId: question.id })),
  'a deletion of a read message': async ({ alice, bob, carol, group: conversationId, question }) => {
    for (const { transport } of [alice, carol])
      await expectData(transport.request(markConversationRead, { conversationId, seq: 1 }));
    await expectData(bob.transport.request(deleteMessage, { messageId: question.id }));
  },
  'a deletion of the newest message': async ({ alice, group: conversationId }) => {
    const { id } = await expectData(
      alice.transport.request(sendMessage, { conversationId, content: 'Oops' }),
    );
    await expectData(alice.transport.request(deleteMessage, { messageId: id }));
  },
};
