import { addBlock, removeBlock } from '../../../src/modules/blocks/blocks.contract.js';
import {
  createConversation,
  deleteConversation,
  updateConversation,
} from '../../../src/modules/conversations/conversations.contract.js';
import {
  markConversationDelivered,
  markConversationRead,
  markConversationUnread,
  updateMembership,
} from '../../../src/modules/conversations/memberships/memberships.contract.js';
import {
  addMembers,
  joinConversation,
  removeMember,
  updateMember,
} from '../../../src/modules/conversations/members/members.contract.js';
import { clearUnread } from '../../../src/modules/inbox/inbox.contract.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { updateUser } from '../../../src/modules/users/users.contract.js';
import { type TestAction } from './event-sufficiency.js';
import { expectData } from '../clients/transports.js';

/** Actions on conversations, members, read states, blocks and users. */
export const CONVERSATION_ACTIONS: Record<string, TestAction> = {
  'a new DM': ({ alice, carol }) =>
    expectData(alice.transport.request(createConversation, { type: 'dm', memberIds: [carol.id] })),
  'notes to oneself': async ({ alice }) => {
    const notes = { type: 'dm', memberIds: [alice.id] };
    const { id: conversationId } = await expectData(alice.transport.request(createConversation, notes));
    await expectData(alice.transport.request(sendMessage, { conversationId, content: 'Milk' }));
  },
  'a new group': ({ bob, carol }) =>
    expectData(bob.transport.request(createConversation, { type: 'group', memberIds: [carol.id] })),
  'a new title': ({ alice, group: conversationId }) =>
    expectData(
      alice.transport.request(updateConversation, { conversationId, title: 'After', description: 'All' }),
    ),
  'a channel made private': ({ alice, channel: conversationId }) =>
    expectData(alice.transport.request(updateConversation, { conversationId, isPrivate: true })),
  'a deleted group': ({ alice, group: conversationId }) =>
    expectData(alice.transport.request(deleteConversation, { conversationId })),
  'new members': ({ alice, bob, carol, channel: conversationId }) =>
    expectData(alice.transport.request(addMembers, { conversationId, userIds: [bob.id, carol.id] })),
  'new members after earlier messages': async ({ alice, bob, carol, channel: conversationId }) => {
    await expectData(alice.transport.request(sendMessage, { conversationId, content: 'Alone' }));
    await expectData(alice.transport.request(addMembers, { conversationId, userIds: [bob.id] }));
    await expectData(bob.transport.request(sendMessage, { conversationId, content: 'Hello' }));
    await expectData(alice.transport.request(addMembers, { conversationId, userIds: [carol.id] }));
  },
  'joining a channel': ({ carol, channel: conversationId }) =>
    expectData(carol.transport.request(joinConversation, { conversationId })),
  'leaving a group': ({ carol, group: conversationId }) =>
    expectData(carol.transport.request(removeMember, { conversationId, userId: 'me' })),
  'leaving a channel as its only member': ({ alice, channel: conversationId }) =>
    expectData(alice.transport.request(removeMember, { conversationId, userId: 'me' })),
  'removal of a member': ({ alice, bob, group: conversationId }) =>
    expectData(alice.transport.request(removeMember, { conversationId, userId: bob.id })),
  'removal and return of a member': async ({ alice, bob, group: conversationId }) => {
    await expectData(alice.transport.request(removeMember, { conversationId, userId: bob.id }));
    await expectData(alice.transport.request(sendMessage, { conversationId, content: 'Without bob' }));
    await expectData(alice.transport.request(addMembers, { conversationId, userIds: [bob.id] }));
  },
  'a new role': ({ alice, bob, group: conversationId }) =>
    expectData(alice.transport.request(updateMember, { conversationId, userId: bob.id, role: 'admin' })),
  'an ownership transfer': ({ alice, bob, group: conversationId }) =>
    expectData(
      alice.transport.request(updateMember, {
        conversationId,
        userId: bob.id,
        role: 'owner',
        transferOwnership: true,
      }),
    ),
  'reading a message': ({ alice, group: conversationId }) =>
    expectData(alice.transport.request(markConversationRead, { conversationId, seq: 1 })),
  'reading all messages before and after a new message': async ({ alice, bob, group: conversationId }) => {
    await expectData(alice.transport.request(markConversationRead, { conversationId, seq: 99 }));
    await expectData(bob.transport.request(sendMessage, { conversationId, content: 'And' }));
    await expectData(alice.transport.request(markConversationRead, { conversationId, seq: 3 }));
  },
  'marking a message as unread': async ({ carol, group: conversationId }) => {
    await expectData(carol.transport.request(markConversationRead, { conversationId, seq: 3 }));
    await expectData(carol.transport.request(markConversationUnread, { conversationId, seq: 1 }));
  },
  'receiving messages': ({ carol, group: conversationId }) =>
    expectData(carol.transport.request(markConversationDelivered, { conversationId, seq: 3 })),
  'marking all as read': ({ bob }) => expectData(bob.transport.request(clearUnread, {})),
  'muting, pinning and archiving a conversation': ({ bob, dm: conversationId }) =>
    expectData(
      bob.transport.request(updateMembership, {
        conversationId,
        mutedUntil: '2040-01-01T00:00:00Z',
        pinned: true,
        archived: true,
      }),
    ),
  'a block': ({ alice, bob }) => expectData(alice.transport.request(addBlock, { userId: bob.id })),
  'blocks and an unblock': async ({ alice, bob, carol }) => {
    await expectData(alice.transport.request(addBlock, { userId: bob.id }));
    await expectData(alice.transport.request(addBlock, { userId: carol.id }));
    await expectData(alice.transport.request(removeBlock, { userId: bob.id }));
  },
  'disabled read receipts': ({ carol }) =>
    expectData(carol.transport.request(updateUser, { userId: 'me', settings: { readReceipts: false } })),
  'a new display name': ({ carol }) =>
    expectData(carol.transport.request(updateUser, { userId: 'me', displayName: 'Caroline' })),
};
