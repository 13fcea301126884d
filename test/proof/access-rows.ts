import type { AccessScene, Place, Role } from './access-scene.js';

/** `ok`, or the code of the error. */
export type Outcome = string;
export type Outcomes = Record<Role, Outcome>;

export interface AccessRow {
  /** Which of several rows of an operation this is. */
  about?: string;
  place: Place;
  input: (scene: AccessScene) => object;
  outcomes: Outcomes;
}

export const everybody: Outcomes = {
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
export const outsiders = { stranger: 'not_found', former: 'not_found', host: 'not_found' };
/** Blocks change nothing in a group, and nothing about reading in a DM. */
export const anyMember: Outcomes = { ...everybody, ...outsiders };
export const owners: Outcomes = {
  ...anyMember,
  member: 'forbidden',
  blocker: 'forbidden',
  blocked: 'forbidden',
  admin: 'forbidden',
  host: 'ok',
};
export const managers: Outcomes = { ...owners, admin: 'ok' };
export const nobody: Outcomes = { ...owners, owner: 'forbidden', host: 'not_found' };
/** What is somebody else's alone. */
export const notTheirs: Outcomes = {
  ...anyMember,
  member: 'not_found',
  admin: 'not_found',
  owner: 'not_found',
  blocker: 'not_found',
  blocked: 'not_found',
};
export const hostOnly: Outcomes = { ...nobody, stranger: 'forbidden', former: 'forbidden', host: 'ok' };
export const across = { blocker: 'blocked_by_you', blocked: 'unavailable' };
export const noBlock: Outcomes = { ...anyMember, ...across };
/** What cannot be done in a DM at all; to who is not in it, it does not exist. */
export const fixed = { member: 'dm_is_fixed', blocker: 'dm_is_fixed', blocked: 'dm_is_fixed' };
export const fixedForHost: Outcomes = { ...anyMember, ...fixed, host: 'dm_is_fixed' };

const members = ['member', 'admin', 'owner', 'blocker', 'blocked'];
const allMembers = (outcome: Outcome): Record<string, Outcome> =>
  Object.fromEntries(members.map((role) => [role, outcome]));
export const noCalls = allMembers('no_calls_here');
export const notJoined = allMembers('not_in_call');

type Input = AccessRow['input'];
export const row =
  (place: Place) =>
  (outcomes: Outcomes, input: Input = here, about?: string): AccessRow => ({ place, outcomes, input, about });
export const inGroup = row('group');
export const inDm = row('dm');
export const inChannel = row('channel');

export function here({ conversationId }: AccessScene): object {
  return { conversationId };
}
export const hereWith =
  (more: (scene: AccessScene) => object): Input =>
  (scene) => ({ ...here(scene), ...more(scene) });
export const nothing: Input = () => ({});
export const toRead = hereWith(() => ({ seq: 1 }));
export const toSay = hereWith(() => ({ content: 'Hello' }));
export const toPin = hereWith(() => ({ pinned: true }));
export const toSchedule = hereWith(() => ({ content: 'Later', sendAt: inAnHour() }));
export const toRename = hereWith(() => ({ description: 'Another' }));
export const toAdd = hereWith(({ newcomer }) => ({ userIds: [newcomer] }));
export const toPromote = hereWith(({ other }) => ({ userId: other, role: 'admin' }));
export const toRemove = hereWith(({ other }) => ({ userId: other }));
export const toLeave = hereWith(() => ({ userId: 'me' }));
export const toEdit =
  (which: 'own' | 'others'): Input =>
  (scene) => ({ messageId: scene[which], content: 'Otherwise' });
export const toDelete =
  (which: 'own' | 'others'): Input =>
  (scene) => ({ messageId: scene[which] });
export const scheduled =
  (which: 'ownScheduled' | 'othersScheduled', more: object = {}): Input =>
  (scene) => ({ scheduledId: scene[which], ...more });
export const theCall: Input = ({ call }) => ({ callId: call });
export const toJoin: Input = ({ call }) => ({ callId: call, deviceId: 'phone' });
export const toSignal: Input = ({ call, other }) => ({
  callId: call,
  toUserId: other,
  signal: { kind: 'offer', sdp: 'v=0\r\n' },
});
export const toCall = hereWith(() => ({ type: 'voice', deviceId: 'phone' }));
export const toAsk = hereWith(() => ({ question: 'Well?', options: ['Yes', 'No'] }));
export const thePoll =
  (which: 'ownPoll' | 'othersPoll'): Input =>
  (scene) => ({ pollId: scene[which] });
export const toVote: Input = ({ othersPoll, othersOption }) => ({
  pollId: othersPoll,
  optionIds: [othersOption],
});
export const toReact: Input = ({ others }) => ({ messageId: others, emoji: '👍' });
export const toForward = hereWith(({ others }) => ({ messageId: others }));
export const toShow =
  (which: 'ownFile' | 'othersFile'): Input =>
  (scene) => ({ ...here(scene), type: 'file', media: [{ attachmentId: scene[which] }] });
export const theFile =
  (which: 'ownFile' | 'othersFile' | 'shownFile'): Input =>
  (scene) => ({ attachmentId: scene[which] });
export const toReadThread: Input = ({ others }) => ({ messageId: others, seq: 1 });
export const theOther: Input = ({ other }) => ({ userId: other });

export function inAnHour(): string {
  return new Date(Date.now() + 3_600_000).toISOString();
}
