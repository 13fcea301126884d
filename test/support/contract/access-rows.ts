import type { AccessContext, ConversationKind, Role } from './access-fixture.js';

/** `ok` or an error code. */
export type Outcome = string;
export type Outcomes = Record<Role, Outcome>;

export interface AccessRow {
  /** Distinguishes several rows of one operation. */
  about?: string;
  place: ConversationKind;
  input: (context: AccessContext) => object;
  outcomes: Outcomes;
}

export const allUsers: Outcomes = {
  anonymous: 'unauthenticated',
  expired: 'token_expired',
  outsider: 'ok',
  former: 'ok',
  member: 'ok',
  admin: 'ok',
  owner: 'ok',
  host: 'ok',
  blocker: 'ok',
  blocked: 'ok',
};
export const nonMembers = { outsider: 'not_found', former: 'not_found', host: 'not_found' };
/** A block has no effect in a group, and none on reading in a DM. */
export const anyMember: Outcomes = { ...allUsers, ...nonMembers };
export const owners: Outcomes = {
  ...anyMember,
  member: 'forbidden',
  blocker: 'forbidden',
  blocked: 'forbidden',
  admin: 'forbidden',
  host: 'ok',
};
export const managers: Outcomes = { ...owners, admin: 'ok' };
export const denied: Outcomes = { ...owners, owner: 'forbidden', host: 'not_found' };
/** Private data of another user. */
export const otherOwner: Outcomes = {
  ...anyMember,
  member: 'not_found',
  admin: 'not_found',
  owner: 'not_found',
  blocker: 'not_found',
  blocked: 'not_found',
};
export const hostOnly: Outcomes = { ...denied, outsider: 'forbidden', former: 'forbidden', host: 'ok' };
export const blockedPair = { blocker: 'blocked_by_you', blocked: 'unavailable' };
export const withoutBlock: Outcomes = { ...anyMember, ...blockedPair };
/** Operations that no DM allows; for a non-member the DM does not exist. */
export const dmNotEditable = {
  member: 'dm_not_editable',
  blocker: 'dm_not_editable',
  blocked: 'dm_not_editable',
};
export const dmNotEditableForHost: Outcomes = { ...anyMember, ...dmNotEditable, host: 'dm_not_editable' };

const members = ['member', 'admin', 'owner', 'blocker', 'blocked'];
const allMembers = (outcome: Outcome): Record<string, Outcome> =>
  Object.fromEntries(members.map((role) => [role, outcome]));
export const noCalls = allMembers('calls_not_supported');
export const notJoined = allMembers('not_in_call');

type Input = AccessRow['input'];
export const row =
  (place: ConversationKind) =>
  (outcomes: Outcomes, input: Input = inputOfConversation, about?: string): AccessRow => ({
    place,
    outcomes,
    input,
    about,
  });
export const inGroup = row('group');
export const inDm = row('dm');
export const inChannel = row('channel');

export function inputOfConversation({ conversationId }: AccessContext): object {
  return { conversationId };
}
export const inputWith =
  (more: (context: AccessContext) => object): Input =>
  (context) => ({ ...inputOfConversation(context), ...more(context) });
export const emptyInput: Input = () => ({});
export const toRead = inputWith(() => ({ seq: 1 }));
export const toSend = inputWith(() => ({ content: 'Hello' }));
export const toPin = inputWith(() => ({ pinned: true }));
export const toSchedule = inputWith(() => ({ content: 'Later', sendAt: inAnHour() }));
export const toRename = inputWith(() => ({ description: 'Another' }));
export const toAdd = inputWith(({ newMember }) => ({ userIds: [newMember] }));
export const toPromote = inputWith(({ other }) => ({ userId: other, role: 'admin' }));
export const toRemove = inputWith(({ other }) => ({ userId: other }));
export const toLeave = inputWith(() => ({ userId: 'me' }));
export const toEdit =
  (which: 'own' | 'others'): Input =>
  (context) => ({ messageId: context[which], content: 'Otherwise' });
export const toDelete =
  (which: 'own' | 'others'): Input =>
  (context) => ({ messageId: context[which] });
export const scheduled =
  (which: 'ownScheduled' | 'othersScheduled', more: object = {}): Input =>
  (context) => ({ scheduledMessageId: context[which], ...more });
export const callInput: Input = ({ call }) => ({ callId: call });
export const toJoin: Input = ({ call }) => ({ callId: call, deviceId: 'phone' });
export const toSignal: Input = ({ call, other }) => ({
  callId: call,
  toUserId: other,
  signal: { kind: 'offer', sdp: 'v=0\r\n' },
});
export const toCall = inputWith(() => ({ type: 'voice', deviceId: 'phone' }));
export const toCreatePoll = inputWith(() => ({ question: 'Well?', options: ['Yes', 'No'] }));
export const pollInput =
  (which: 'ownPoll' | 'othersPoll'): Input =>
  (context) => ({ pollId: context[which] });
export const toVote: Input = ({ othersPoll, othersOption }) => ({
  pollId: othersPoll,
  optionIds: [othersOption],
});
export const toReact: Input = ({ others }) => ({ messageId: others, emoji: '👍' });
export const toForward = inputWith(({ others }) => ({ messageId: others }));
export const toAttach =
  (which: 'ownFile' | 'othersFile'): Input =>
  (context) => ({ ...inputOfConversation(context), type: 'file', media: [{ attachmentId: context[which] }] });
export const fileInput =
  (which: 'ownFile' | 'othersFile' | 'shownFile'): Input =>
  (context) => ({ attachmentId: context[which] });
export const toReadThread: Input = ({ others }) => ({ messageId: others, seq: 1 });
export const otherUserInput: Input = ({ other }) => ({ userId: other });

export function inAnHour(): string {
  return new Date(Date.now() + 3_600_000).toISOString();
}
