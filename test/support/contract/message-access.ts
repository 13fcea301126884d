import { ROLES } from './access-fixture.js';
import {
  inAnHour,
  anyMember,
  allUsers,
  inputOfConversation,
  inputWith,
  inChannel,
  inDm,
  inGroup,
  withoutBlock,
  denied,
  otherOwner,
  emptyInput,
  scheduled,
  toDelete,
  toEdit,
  toForward,
  toReact,
  toReadThread,
  toSend,
  toSchedule,
  toAttach,
  type AccessRow,
  type Outcomes,
} from './access-rows.js';

/** Access rows of messages, threads, drafts, scheduled messages and typing. */
export const MESSAGE_ACCESS: Record<string, AccessRow[]> = {
  'message.send': [
    inGroup(anyMember, toSend),
    inChannel(anyMember, toSend),
    inDm(withoutBlock, toSend),
    inGroup(anyMember, toAttach('ownFile'), 'with an own file'),
    inDm(withoutBlock, toAttach('ownFile'), 'with an own file'),
    inGroup(
      Object.fromEntries(
        ROLES.map((role) => [role, allUsers[role] === 'ok' ? 'validation_failed' : allUsers[role]]),
      ) as Outcomes,
      toAttach('othersFile'),
      'with a file of another user',
    ),
  ],
  'media.list': [inGroup(anyMember), inChannel(anyMember), inDm(anyMember)],
  'message.list': [inGroup(anyMember), inChannel(anyMember), inDm(anyMember)],
  'message.get': [inGroup(anyMember, toDelete('others')), inDm(anyMember, toDelete('others'))],
  'message.search': [
    inGroup(allUsers, () => ({ q: 'hi' }), 'in all conversations'),
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
    inGroup(anyMember, toEdit('own'), 'own'),
    inGroup(denied, toEdit('others'), 'of another user'),
    inDm(withoutBlock, toEdit('own'), 'own'),
    inDm({ ...withoutBlock, member: 'forbidden' }, toEdit('others'), 'of another user'),
  ],
  'message.delete': [
    inGroup(anyMember, toDelete('own'), 'own'),
    inGroup(denied, toDelete('others'), 'of another user'),
    inDm(anyMember, toDelete('own'), 'own'),
    inDm(denied, toDelete('others'), 'of another user'),
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
      'with a mention of all',
    ),
  ],
  'scheduled_message.list': [
    inGroup(allUsers, emptyInput),
    inGroup(allUsers, inputOfConversation, 'of one conversation'),
  ],
  'scheduled_message.update': [
    inGroup(anyMember, scheduled('ownScheduled', { content: 'Otherwise' }), 'own'),
    inGroup(otherOwner, scheduled('othersScheduled', { content: 'Otherwise' }), 'of another user'),
    inDm(anyMember, scheduled('ownScheduled', { content: 'Otherwise' }), 'own'),
  ],
  'scheduled_message.cancel': [
    inGroup(anyMember, scheduled('ownScheduled'), 'own'),
    inGroup(otherOwner, scheduled('othersScheduled'), 'of another user'),
    inDm(anyMember, scheduled('ownScheduled'), 'own'),
  ],
  'scheduled_message.send': [
    inGroup(anyMember, scheduled('ownScheduled'), 'own'),
    inGroup(otherOwner, scheduled('othersScheduled'), 'of another user'),
    inDm(withoutBlock, scheduled('ownScheduled'), 'own'),
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
    inGroup(anyMember, inputOfConversation, 'of one conversation'),
    inDm(anyMember),
  ],
};
