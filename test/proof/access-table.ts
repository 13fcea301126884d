import { CALLS } from './access-of-calls.js';
import { POLLS } from './access-of-polls.js';
import { ROLES } from './access-scene.js';
import {
  inAnHour,
  across,
  anyMember,
  everybody,
  fixed,
  fixedForHost,
  here,
  hereWith,
  hostOnly,
  inChannel,
  inDm,
  inGroup,
  managers,
  noBlock,
  nobody,
  notTheirs,
  nothing,
  owners,
  scheduled,
  theFile,
  theOther,
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
  toSay,
  toSchedule,
  toShow,
  type AccessRow,
  type Outcomes,
} from './access-rows.js';

/** Who may ask for what. Each operation of the contract has its rows, or is public: it needs no token. */
export const ACCESS: Record<string, AccessRow[] | 'public'> = {
  'auth.register': 'public',
  'auth.login': 'public',
  'auth.refresh': 'public',
  'auth.logout': 'public',
  'session.refresh': [inGroup(everybody, ({ token }) => ({ token }))],

  'user.me': [inGroup(everybody, nothing)],
  'user.list': [inGroup(everybody, nothing)],
  'user.get': [inGroup(everybody, theOther)],
  'user.update': [
    inGroup(everybody, () => ({ userId: 'me', displayName: 'Another' }), 'oneself'),
    inGroup(hostOnly, ({ bystander }) => ({ userId: bystander, displayName: 'Another' }), 'somebody else'),
    inGroup(hostOnly, ({ bystander }) => ({ userId: bystander, isActive: false }), 'to deactivate'),
    inGroup(everybody, () => ({ userId: 'me', settings: { readReceipts: false } }), 'one’s own settings'),
    inGroup(
      { ...hostOnly, host: 'forbidden' },
      ({ bystander }) => ({ userId: bystander, settings: { readReceipts: false } }),
      'the settings of somebody else',
    ),
    inGroup(hostOnly, ({ actor }) => ({ userId: actor, isActive: true }), 'to stay active'),
  ],
  'user.upsert': [inGroup(hostOnly, () => ({ items: [{ tmsUserId: 'host-upserted' }] }))],

  'block.list': [inGroup(everybody, nothing)],
  'block.add': [inGroup(everybody, ({ bystander }) => ({ userId: bystander }))],
  'block.remove': [inGroup(everybody, theOther)],

  'conversation.create': [
    inGroup({ ...everybody, ...across }, ({ other }) => ({ type: 'dm', memberIds: [other] }), 'a DM'),
    inGroup({ ...everybody, ...across }, ({ other }) => ({ type: 'group', memberIds: [other] }), 'a group'),
    inGroup(everybody, () => ({ type: 'channel', title: 'New', isPrivate: false }), 'a channel'),
    inGroup(hostOnly, ({ other }) => ({ type: 'group', ownerId: other }), 'for another owner'),
    inDm(everybody, ({ other }) => ({ type: 'dm', memberIds: [other] }), 'a DM that is there'),
  ],
  'conversation.get': [inGroup(anyMember), inDm(anyMember), inChannel(anyMember)],
  'channel.list': [inChannel(everybody, nothing)],
  'conversation.update': [
    inGroup(managers, toRename),
    inChannel(managers, toRename),
    inDm(fixedForHost, toRename),
  ],
  'conversation.delete': [inGroup(owners), inChannel(owners), inDm(fixedForHost)],

  'member.list': [inGroup({ ...anyMember, host: 'ok' }), inChannel({ ...anyMember, host: 'ok' })],
  'member.add': [
    inGroup(managers, toAdd),
    inChannel(managers, toAdd),
    inDm(fixedForHost, toAdd),
    inGroup(
      { ...managers, admin: 'unavailable', owner: 'unavailable' },
      hereWith(({ foe }) => ({ userIds: [foe] })),
      'who blocks the managers',
    ),
    inGroup(
      { ...managers, admin: 'blocked_by_you', owner: 'blocked_by_you' },
      hereWith(({ quarry }) => ({ userIds: [quarry] })),
      'whom the managers block',
    ),
  ],
  'member.update': [
    inGroup(owners, toPromote),
    inDm(fixedForHost, toPromote),
    inGroup(
      { ...owners, host: 'validation_failed' },
      hereWith(({ other }) => ({ userId: other, role: 'owner', handOver: true })),
      'to hand over',
    ),
  ],
  'member.remove': [
    inGroup(managers, toRemove),
    inDm(fixedForHost, toRemove),
    inGroup(
      owners,
      hereWith(({ deputy }) => ({ userId: deputy })),
      'another admin',
    ),
    inGroup(
      owners,
      hereWith(({ partner }) => ({ userId: partner })),
      'another owner',
    ),
    inGroup(anyMember, toLeave, 'oneself'),
    inDm({ ...anyMember, ...fixed }, toLeave, 'oneself'),
  ],
  'conversation.join': [inChannel(everybody), inGroup(anyMember), inDm(anyMember)],

  'conversation.read': [inGroup(anyMember, toRead), inDm(anyMember, toRead)],
  'conversation.delivered': [inGroup(anyMember, toRead), inDm(anyMember, toRead)],
  'conversation.unread': [inGroup(anyMember, toRead), inDm(anyMember, toRead)],
  'membership.update': [inGroup(anyMember, toPin), inDm(anyMember, toPin)],

  'attachment.upload': [inGroup(everybody, () => ({ file: { name: 'a.txt', bytes: Buffer.from('Hello') } }))],
  'attachment.list': [
    inGroup(everybody, ({ ownFile, othersFile }) => ({ ids: [ownFile, othersFile].join() })),
  ],
  'attachment.get': [
    inGroup(everybody, theFile('ownFile'), 'one’s own'),
    inGroup(notTheirs, theFile('othersFile'), 'of another'),
    inGroup(anyMember, theFile('shownFile'), 'that a message shows'),
    inDm(anyMember, theFile('shownFile'), 'that a message shows'),
  ],

  'message.send': [
    inGroup(anyMember, toSay),
    inChannel(anyMember, toSay),
    inDm(noBlock, toSay),
    inGroup(anyMember, toShow('ownFile'), 'with one’s own file'),
    inDm(noBlock, toShow('ownFile'), 'with one’s own file'),
    inGroup(
      Object.fromEntries(
        ROLES.map((role) => [role, everybody[role] === 'ok' ? 'validation_failed' : everybody[role]]),
      ) as Outcomes,
      toShow('othersFile'),
      'with another’s file',
    ),
  ],
  'media.list': [inGroup(anyMember), inChannel(anyMember), inDm(anyMember)],
  'message.list': [inGroup(anyMember), inChannel(anyMember), inDm(anyMember)],
  'message.get': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],
  'message.search': [
    inGroup(everybody, () => ({ q: 'hi' }), 'everywhere'),
    inGroup(
      anyMember,
      hereWith(() => ({ q: 'hi' })),
    ),
    inChannel(
      anyMember,
      hereWith(() => ({ q: 'hi' })),
    ),
    inDm(
      anyMember,
      hereWith(() => ({ q: 'hi' })),
    ),
  ],
  'message.edit': [
    inGroup(anyMember, toEdit('own'), 'one’s own'),
    inGroup(nobody, toEdit('others'), 'of another'),
    inDm(noBlock, toEdit('own'), 'one’s own'),
    inDm({ ...noBlock, member: 'forbidden' }, toEdit('others'), 'of another'),
  ],
  'message.delete': [
    inGroup(anyMember, toDelete('own'), 'one’s own'),
    inGroup(nobody, toDelete('others'), 'of another'),
    inDm(anyMember, toDelete('own'), 'one’s own'),
    inDm(nobody, toDelete('others'), 'of another'),
  ],

  'edit.list': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],
  'message.forward': [
    inGroup(anyMember, toForward),
    inChannel(anyMember, toForward),
    inDm(noBlock, toForward),
  ],
  'reaction.list': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],
  'reaction.add': [inGroup(anyMember, toReact), inChannel(anyMember, toReact), inDm(noBlock, toReact)],
  'reaction.remove': [inGroup(anyMember, toReact), inChannel(anyMember, toReact), inDm(noBlock, toReact)],
  'pin.list': [inGroup(anyMember), inChannel(anyMember), inDm(anyMember)],
  'message.pin': [
    inGroup(anyMember, toDelete('others')),
    inChannel(anyMember, toDelete('others')),
    inDm(noBlock, toDelete('others')),
  ],
  'message.unpin': [
    inGroup(anyMember, toDelete('others')),
    inChannel(anyMember, toDelete('others')),
    inDm(noBlock, toDelete('others')),
  ],

  'saved.list': [inGroup(everybody, nothing)],
  'message.save': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],
  'message.unsave': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],
  'message.hide': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],

  'draft.list': [inGroup(everybody, nothing)],
  'draft.save': [inGroup(anyMember, toSay), inDm(anyMember, toSay)],
  'draft.remove': [inGroup(anyMember), inDm(anyMember)],
  'schedule.create': [
    inGroup(anyMember, toSchedule),
    inDm(noBlock, toSchedule),
    inGroup(
      { ...nobody, admin: 'ok', owner: 'ok' },
      hereWith(() => ({ content: '@all', mentionsAll: true, sendAt: inAnHour() })),
      'for everybody',
    ),
  ],
  'schedule.list': [inGroup(everybody, nothing), inGroup(everybody, here, 'of one conversation')],
  'schedule.update': [
    inGroup(anyMember, scheduled('ownScheduled', { content: 'Otherwise' }), 'one’s own'),
    inGroup(notTheirs, scheduled('othersScheduled', { content: 'Otherwise' }), 'of another'),
    inDm(anyMember, scheduled('ownScheduled', { content: 'Otherwise' }), 'one’s own'),
  ],
  'schedule.cancel': [
    inGroup(anyMember, scheduled('ownScheduled'), 'one’s own'),
    inGroup(notTheirs, scheduled('othersScheduled'), 'of another'),
    inDm(anyMember, scheduled('ownScheduled'), 'one’s own'),
  ],
  'schedule.send': [
    inGroup(anyMember, scheduled('ownScheduled'), 'one’s own'),
    inGroup(notTheirs, scheduled('othersScheduled'), 'of another'),
    inDm(noBlock, scheduled('ownScheduled'), 'one’s own'),
  ],

  'message.receipts': [
    inGroup(anyMember, toDelete('others')),
    inChannel(anyMember, toDelete('own')),
    inDm(anyMember, toDelete('others')),
  ],
  'typing.start': [inGroup(anyMember), inChannel(anyMember), inDm(noBlock)],
  'typing.stop': [inGroup(anyMember), inChannel(anyMember), inDm(noBlock)],
  'thread.follow': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],
  'thread.unfollow': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],
  'thread.read': [inGroup(anyMember, toReadThread), inDm(anyMember, toReadThread)],
  'thread.get': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],
  'thread.list': [inGroup(everybody, nothing)],
  'mention.list': [inGroup(everybody, nothing), inGroup(anyMember, here, 'of one'), inDm(anyMember)],

  ...CALLS,
  ...POLLS,

  'conversation.list': [inGroup(everybody, nothing)],
  'unread.get': [inGroup(everybody, nothing)],
  'unread.clear': [inGroup(everybody, nothing)],
  sync: [inGroup(everybody, ({ conversationId }) => ({ conversations: { [conversationId]: 1 } }))],
};
