import { CALL_ACCESS } from './call-access.js';
import { POLL_ACCESS } from './poll-access.js';
import { MESSAGE_ACCESS } from './message-access.js';
import {
  blockedPair,
  anyMember,
  allUsers,
  dmNotEditable,
  dmNotEditableForHost,
  inputWith,
  hostOnly,
  inChannel,
  inDm,
  inGroup,
  managers,
  otherOwner,
  emptyInput,
  owners,
  fileInput,
  otherUserInput,
  toAdd,
  toLeave,
  toPin,
  toPromote,
  toRead,
  toRemove,
  toRename,
  type AccessRow,
} from './access-rows.js';

/** Permitted roles of every operation; `public` operations need no token. */
export const ACCESS: Record<string, AccessRow[] | 'public'> = {
  'auth.register': 'public',
  'auth.login': 'public',
  'auth.refresh': 'public',
  'auth.logout': 'public',
  'session.refresh': [inGroup(allUsers, ({ token }) => ({ token }))],

  'user.get_self': [inGroup(allUsers, emptyInput)],
  'user.list': [inGroup(allUsers, emptyInput)],
  'user.get': [inGroup(allUsers, otherUserInput)],
  'user.update': [
    inGroup(allUsers, () => ({ userId: 'me', displayName: 'Another' }), 'the user itself'),
    inGroup(hostOnly, ({ bystander }) => ({ userId: bystander, displayName: 'Another' }), 'another user'),
    inGroup(hostOnly, ({ bystander }) => ({ userId: bystander, isActive: false }), 'deactivation'),
    inGroup(allUsers, () => ({ userId: 'me', settings: { readReceipts: false } }), 'own settings'),
    inGroup(
      { ...hostOnly, host: 'forbidden' },
      ({ bystander }) => ({ userId: bystander, settings: { readReceipts: false } }),
      'settings of another user',
    ),
    inGroup(hostOnly, ({ actor }) => ({ userId: actor, isActive: true }), 'activation of an active user'),
  ],
  'user.upsert': [inGroup(hostOnly, () => ({ items: [{ tmsUserId: 'host-upserted' }] }))],

  'block.list': [inGroup(allUsers, emptyInput)],
  'block.add': [inGroup(allUsers, ({ bystander }) => ({ userId: bystander }))],
  'block.remove': [inGroup(allUsers, otherUserInput)],

  'conversation.create': [
    inGroup({ ...allUsers, ...blockedPair }, ({ other }) => ({ type: 'dm', memberIds: [other] }), 'a DM'),
    inGroup(
      { ...allUsers, ...blockedPair },
      ({ other }) => ({ type: 'group', memberIds: [other] }),
      'a group',
    ),
    inGroup(allUsers, () => ({ type: 'channel', title: 'New', isPrivate: false }), 'a channel'),
    inGroup(hostOnly, ({ other }) => ({ type: 'group', ownerId: other }), 'with another owner'),
    inDm(allUsers, ({ other }) => ({ type: 'dm', memberIds: [other] }), 'an existing DM'),
  ],
  'conversation.get': [inGroup(anyMember), inDm(anyMember), inChannel(anyMember)],
  'channel.list': [inChannel(allUsers, emptyInput)],
  'conversation.update': [
    inGroup(managers, toRename),
    inChannel(managers, toRename),
    inDm(dmNotEditableForHost, toRename),
  ],
  'conversation.delete': [inGroup(owners), inChannel(owners), inDm(dmNotEditableForHost)],

  'member.list': [inGroup({ ...anyMember, host: 'ok' }), inChannel({ ...anyMember, host: 'ok' })],
  'member.add': [
    inGroup(managers, toAdd),
    inChannel(managers, toAdd),
    inDm(dmNotEditableForHost, toAdd),
    inGroup(
      { ...managers, admin: 'unavailable', owner: 'unavailable' },
      inputWith(({ blockingUser }) => ({ userIds: [blockingUser] })),
      'a user that blocks the managers',
    ),
    inGroup(
      { ...managers, admin: 'blocked_by_you', owner: 'blocked_by_you' },
      inputWith(({ userBlockedByManagers }) => ({ userIds: [userBlockedByManagers] })),
      'blocked by the managers',
    ),
  ],
  'member.update': [
    inGroup(owners, toPromote),
    inDm(dmNotEditableForHost, toPromote),
    inGroup(
      { ...owners, host: 'validation_failed' },
      inputWith(({ other }) => ({ userId: other, role: 'owner', transferOwnership: true })),
      'ownership transfer',
    ),
  ],
  'member.remove': [
    inGroup(managers, toRemove),
    inDm(dmNotEditableForHost, toRemove),
    inGroup(
      owners,
      inputWith(({ secondAdmin }) => ({ userId: secondAdmin })),
      'another admin',
    ),
    inGroup(
      owners,
      inputWith(({ secondOwner }) => ({ userId: secondOwner })),
      'another owner',
    ),
    inGroup(anyMember, toLeave, 'the user itself'),
    inDm({ ...anyMember, ...dmNotEditable }, toLeave, 'the user itself'),
  ],
  'conversation.join': [inChannel(allUsers), inGroup(anyMember), inDm(anyMember)],

  'conversation.read': [inGroup(anyMember, toRead), inDm(anyMember, toRead)],
  'conversation.delivered': [inGroup(anyMember, toRead), inDm(anyMember, toRead)],
  'conversation.unread': [inGroup(anyMember, toRead), inDm(anyMember, toRead)],
  'membership.update': [inGroup(anyMember, toPin), inDm(anyMember, toPin)],

  'attachment.upload': [inGroup(allUsers, () => ({ file: { name: 'a.txt', bytes: Buffer.from('Hello') } }))],
  'attachment.list': [
    inGroup(allUsers, ({ ownFile, othersFile }) => ({ ids: [ownFile, othersFile].join() })),
  ],
  'attachment.get': [
    inGroup(allUsers, fileInput('ownFile'), 'own'),
    inGroup(otherOwner, fileInput('othersFile'), 'of another user'),
    inGroup(anyMember, fileInput('shownFile'), 'linked to a message'),
    inDm(anyMember, fileInput('shownFile'), 'linked to a message'),
  ],
  ...MESSAGE_ACCESS,
  ...CALL_ACCESS,
  ...POLL_ACCESS,

  'conversation.list': [inGroup(allUsers, emptyInput)],
  'unread.get': [inGroup(allUsers, emptyInput)],
  'unread.clear': [inGroup(allUsers, emptyInput)],
  sync: [inGroup(allUsers, ({ conversationId }) => ({ conversations: { [conversationId]: 1 } }))],
};
