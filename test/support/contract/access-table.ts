import { CALL_ACCESS } from './call-access.js';
import { POLL_ACCESS } from './poll-access.js';
import { ROLES } from './access-fixture.js';
import {
  inAnHour,
  blockedPair,
  anyMember,
  allUsers,
  dmNotEditable,
  dmNotEditableForHost,
  inputOfConversation,
  inputWith,
  hostOnly,
  inChannel,
  inDm,
  inGroup,
  managers,
  withoutBlock,
  denied,
  otherOwner,
  emptyInput,
  owners,
  scheduled,
  fileInput,
  otherUserInput,
  toAdd,
  toDelete,
  toEdit,
  toForward,
  toLeave,
  toPin,
  toPromote,
  toReact,
  toRead,
  toReadThread,
  toRemove,
  toRename,
  toSend,
  toSchedule,
  toAttach,
  type AccessRow,
  type Outcomes,
} from './access-rows.js';

/** Who may ask for what. Each operation of the contract has its rows, or is public: it needs no token. */
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
    inGroup(allUsers, () => ({ userId: 'me', displayName: 'Another' }), 'oneself'),
    inGroup(hostOnly, ({ bystander }) => ({ userId: bystander, displayName: 'Another' }), 'somebody else'),
    inGroup(hostOnly, ({ bystander }) => ({ userId: bystander, isActive: false }), 'to deactivate'),
    inGroup(allUsers, () => ({ userId: 'me', settings: { readReceipts: false } }), 'one’s own settings'),
    inGroup(
      { ...hostOnly, host: 'forbidden' },
      ({ bystander }) => ({ userId: bystander, settings: { readReceipts: false } }),
      'the settings of somebody else',
    ),
    inGroup(hostOnly, ({ actor }) => ({ userId: actor, isActive: true }), 'to stay active'),
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
    inGroup(hostOnly, ({ other }) => ({ type: 'group', ownerId: other }), 'for another owner'),
    inDm(allUsers, ({ other }) => ({ type: 'dm', memberIds: [other] }), 'a DM that is there'),
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
      inputWith(({ foe }) => ({ userIds: [foe] })),
      'who blocks the managers',
    ),
    inGroup(
      { ...managers, admin: 'blocked_by_you', owner: 'blocked_by_you' },
      inputWith(({ quarry }) => ({ userIds: [quarry] })),
      'whom the managers block',
    ),
  ],
  'member.update': [
    inGroup(owners, toPromote),
    inDm(dmNotEditableForHost, toPromote),
    inGroup(
      { ...owners, host: 'validation_failed' },
      inputWith(({ other }) => ({ userId: other, role: 'owner', transferOwnership: true })),
      'to hand over',
    ),
  ],
  'member.remove': [
    inGroup(managers, toRemove),
    inDm(dmNotEditableForHost, toRemove),
    inGroup(
      owners,
      inputWith(({ deputy }) => ({ userId: deputy })),
      'another admin',
    ),
    inGroup(
      owners,
      inputWith(({ partner }) => ({ userId: partner })),
      'another owner',
    ),
    inGroup(anyMember, toLeave, 'oneself'),
    inDm({ ...anyMember, ...dmNotEditable }, toLeave, 'oneself'),
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
    inGroup(allUsers, fileInput('ownFile'), 'one’s own'),
    inGroup(otherOwner, fileInput('othersFile'), 'of another'),
    inGroup(anyMember, fileInput('shownFile'), 'that a message shows'),
    inDm(anyMember, fileInput('shownFile'), 'that a message shows'),
  ],

  'message.send': [
    inGroup(anyMember, toSend),
    inChannel(anyMember, toSend),
    inDm(withoutBlock, toSend),
    inGroup(anyMember, toAttach('ownFile'), 'with one’s own file'),
    inDm(withoutBlock, toAttach('ownFile'), 'with one’s own file'),
    inGroup(
      Object.fromEntries(
        ROLES.map((role) => [role, allUsers[role] === 'ok' ? 'validation_failed' : allUsers[role]]),
      ) as Outcomes,
      toAttach('othersFile'),
      'with another’s file',
    ),
  ],
  'media.list': [inGroup(anyMember), inChannel(anyMember), inDm(anyMember)],
  'message.list': [inGroup(anyMember), inChannel(anyMember), inDm(anyMember)],
  'message.get': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],
  'message.search': [
    inGroup(allUsers, () => ({ q: 'hi' }), 'everywhere'),
    inGroup(
      anyMember,
      inputWith(() => ({ q: 'hi' })),
    ),
    inChannel(
      anyMember,
      inputWith(() => ({ q: 'hi' })),
    ),
    inDm(
      anyMember,
      inputWith(() => ({ q: 'hi' })),
    ),
  ],
  'message.edit': [
    inGroup(anyMember, toEdit('own'), 'one’s own'),
    inGroup(denied, toEdit('others'), 'of another'),
    inDm(withoutBlock, toEdit('own'), 'one’s own'),
    inDm({ ...withoutBlock, member: 'forbidden' }, toEdit('others'), 'of another'),
  ],
  'message.delete': [
    inGroup(anyMember, toDelete('own'), 'one’s own'),
    inGroup(denied, toDelete('others'), 'of another'),
    inDm(anyMember, toDelete('own'), 'one’s own'),
    inDm(denied, toDelete('others'), 'of another'),
  ],

  'edit.list': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],
  'message.forward': [
    inGroup(anyMember, toForward),
    inChannel(anyMember, toForward),
    inDm(withoutBlock, toForward),
  ],
  'reaction.list': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],
  'reaction.add': [inGroup(anyMember, toReact), inChannel(anyMember, toReact), inDm(withoutBlock, toReact)],
  'reaction.remove': [
    inGroup(anyMember, toReact),
    inChannel(anyMember, toReact),
    inDm(withoutBlock, toReact),
  ],
  'pin.list': [inGroup(anyMember), inChannel(anyMember), inDm(anyMember)],
  'message.pin': [
    inGroup(anyMember, toDelete('others')),
    inChannel(anyMember, toDelete('others')),
    inDm(withoutBlock, toDelete('others')),
  ],
  'message.unpin': [
    inGroup(anyMember, toDelete('others')),
    inChannel(anyMember, toDelete('others')),
    inDm(withoutBlock, toDelete('others')),
  ],

  'saved_message.list': [inGroup(allUsers, emptyInput)],
  'message.save': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],
  'message.unsave': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],
  'message.hide': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],

  'draft.list': [inGroup(allUsers, emptyInput)],
  'draft.save': [inGroup(anyMember, toSend), inDm(anyMember, toSend)],
  'draft.remove': [inGroup(anyMember), inDm(anyMember)],
  'scheduled_message.create': [
    inGroup(anyMember, toSchedule),
    inDm(withoutBlock, toSchedule),
    inGroup(
      { ...denied, admin: 'ok', owner: 'ok' },
      inputWith(() => ({ content: '@all', mentionsAll: true, sendAt: inAnHour() })),
      'for everybody',
    ),
  ],
  'scheduled_message.list': [
    inGroup(allUsers, emptyInput),
    inGroup(allUsers, inputOfConversation, 'of one conversation'),
  ],
  'scheduled_message.update': [
    inGroup(anyMember, scheduled('ownScheduled', { content: 'Otherwise' }), 'one’s own'),
    inGroup(otherOwner, scheduled('othersScheduled', { content: 'Otherwise' }), 'of another'),
    inDm(anyMember, scheduled('ownScheduled', { content: 'Otherwise' }), 'one’s own'),
  ],
  'scheduled_message.cancel': [
    inGroup(anyMember, scheduled('ownScheduled'), 'one’s own'),
    inGroup(otherOwner, scheduled('othersScheduled'), 'of another'),
    inDm(anyMember, scheduled('ownScheduled'), 'one’s own'),
  ],
  'scheduled_message.send': [
    inGroup(anyMember, scheduled('ownScheduled'), 'one’s own'),
    inGroup(otherOwner, scheduled('othersScheduled'), 'of another'),
    inDm(withoutBlock, scheduled('ownScheduled'), 'one’s own'),
  ],

  'message_receipt.list': [
    inGroup(anyMember, toDelete('others')),
    inChannel(anyMember, toDelete('own')),
    inDm(anyMember, toDelete('others')),
  ],
  'typing.start': [inGroup(anyMember), inChannel(anyMember), inDm(withoutBlock)],
  'typing.stop': [inGroup(anyMember), inChannel(anyMember), inDm(withoutBlock)],
  'thread.follow': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],
  'thread.unfollow': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],
  'thread.read': [inGroup(anyMember, toReadThread), inDm(anyMember, toReadThread)],
  'thread.get': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],
  'thread.list': [inGroup(allUsers, emptyInput)],
  'mention.list': [
    inGroup(allUsers, emptyInput),
    inGroup(anyMember, inputOfConversation, 'of one'),
    inDm(anyMember),
  ],

  ...CALL_ACCESS,
  ...POLL_ACCESS,

  'conversation.list': [inGroup(allUsers, emptyInput)],
  'unread.get': [inGroup(allUsers, emptyInput)],
  'unread.clear': [inGroup(allUsers, emptyInput)],
  sync: [inGroup(allUsers, ({ conversationId }) => ({ conversations: { [conversationId]: 1 } }))],
};
