import { ROLES, type AccessScene, type Place, type Role } from './access-scene.js';

/** `ok`, or the code of the error. */
export type Outcome = string;
type Outcomes = Record<Role, Outcome>;

export interface AccessRow {
  /** Which of several rows of an operation this is. */
  about?: string;
  place: Place;
  input: (scene: AccessScene) => object;
  outcomes: Outcomes;
}

const everybody: Outcomes = {
  anonymous: 'unauthenticated',
  expired: 'token_expired',
  stranger: 'ok',
  former: 'ok',
  member: 'ok',
  admin: 'ok',
  owner: 'ok',
  host: 'ok',
  blocker: 'ok',
  blocked: 'ok',
};
const outsiders = { stranger: 'not_found', former: 'not_found', host: 'not_found' };
/** Blocks change nothing in a group, and nothing about reading in a DM. */
const anyMember: Outcomes = { ...everybody, ...outsiders };
const owners: Outcomes = {
  ...anyMember,
  member: 'forbidden',
  blocker: 'forbidden',
  blocked: 'forbidden',
  admin: 'forbidden',
  host: 'ok',
};
const managers: Outcomes = { ...owners, admin: 'ok' };
const nobody: Outcomes = { ...owners, owner: 'forbidden', host: 'not_found' };
/** What is somebody else's alone. */
const notTheirs: Outcomes = {
  ...anyMember,
  member: 'not_found',
  admin: 'not_found',
  owner: 'not_found',
  blocker: 'not_found',
  blocked: 'not_found',
};
const hostOnly: Outcomes = { ...nobody, stranger: 'forbidden', former: 'forbidden', host: 'ok' };
const across = { blocker: 'blocked_by_you', blocked: 'unavailable' };
const noBlock: Outcomes = { ...anyMember, ...across };
/** What cannot be done in a DM at all; to who is not in it, it does not exist. */
const fixed = { member: 'dm_is_fixed', blocker: 'dm_is_fixed', blocked: 'dm_is_fixed' };
const fixedForHost: Outcomes = { ...anyMember, ...fixed, host: 'dm_is_fixed' };

type Input = AccessRow['input'];
const row =
  (place: Place) =>
  (outcomes: Outcomes, input: Input = here, about?: string): AccessRow => ({ place, outcomes, input, about });
const inGroup = row('group');
const inDm = row('dm');
const inChannel = row('channel');

function here({ conversationId }: AccessScene): object {
  return { conversationId };
}
const hereWith =
  (more: (scene: AccessScene) => object): Input =>
  (scene) => ({ ...here(scene), ...more(scene) });
const nothing: Input = () => ({});
const toRead = hereWith(() => ({ seq: 1 }));
const toSay = hereWith(() => ({ content: 'Hello' }));
const toPin = hereWith(() => ({ pinned: true }));
const toSchedule = hereWith(() => ({ content: 'Later', sendAt: inAnHour() }));
const toRename = hereWith(() => ({ description: 'Another' }));
const toAdd = hereWith(({ newcomer }) => ({ userIds: [newcomer] }));
const toPromote = hereWith(({ other }) => ({ userId: other, role: 'admin' }));
const toRemove = hereWith(({ other }) => ({ userId: other }));
const toLeave = hereWith(() => ({ userId: 'me' }));
const toEdit =
  (which: 'own' | 'others'): Input =>
  (scene) => ({ messageId: scene[which], content: 'Otherwise' });
const toDelete =
  (which: 'own' | 'others'): Input =>
  (scene) => ({ messageId: scene[which] });
const scheduled =
  (which: 'ownScheduled' | 'othersScheduled', more: object = {}): Input =>
  (scene) => ({ scheduledId: scene[which], ...more });
const toReact: Input = ({ others }) => ({ messageId: others, emoji: '👍' });
const toForward = hereWith(({ others }) => ({ messageId: others }));
const toShow =
  (which: 'ownFile' | 'othersFile'): Input =>
  (scene) => ({ ...here(scene), type: 'file', media: [{ attachmentId: scene[which] }] });
const theFile =
  (which: 'ownFile' | 'othersFile' | 'shownFile'): Input =>
  (scene) => ({ attachmentId: scene[which] });
const theOther: Input = ({ other }) => ({ userId: other });

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

  'conversation.list': [inGroup(everybody, nothing)],
  'unread.get': [inGroup(everybody, nothing)],
  'unread.clear': [inGroup(everybody, nothing)],
  sync: [inGroup(everybody, ({ conversationId }) => ({ conversations: { [conversationId]: 1 } }))],
};

function inAnHour(): string {
  return new Date(Date.now() + 3_600_000).toISOString();
}
