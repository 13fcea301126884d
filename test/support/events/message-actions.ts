import { uploadAttachment } from '../../../src/modules/attachments/attachments.contract.js';
import { readConversation } from '../../../src/modules/conversations/memberships.contract.js';
import { addMembers, removeMember } from '../../../src/modules/conversations/members.contract.js';
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
    for (const { transport } of [carol, alice])
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
  'a reaction': ({ alice, question }) =>
    expectData(alice.transport.request(addReaction, { messageId: question.id, emoji: '👍' })),
  'reactions that come and go': async ({ alice, bob, carol, question: { id: messageId } }) => {
    for (const { transport } of [carol, alice, bob])
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
    for (const { transport } of [alice, carol])
      await expectData(transport.request(readConversation, { conversationId, seq: 1 }));
    await expectData(bob.transport.request(deleteMessage, { messageId: question.id }));
  },
  'a deletion of the last message': async ({ alice, group: conversationId }) => {
    const { id } = await expectData(
      alice.transport.request(sendMessage, { conversationId, content: 'Oops' }),
    );
    await expectData(alice.transport.request(deleteMessage, { messageId: id }));
  },
};
