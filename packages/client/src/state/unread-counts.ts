import type { MessageDto, ThreadSubscriptionDto } from '../generated/contract.js';
import type { HeldConversation, UnreadChange } from './state.js';

/** Number of kept changes for counts that arrive late. */
const MAX_CHANGES = 500;
/** Participants in the state of a call. With as many the user may be missing. */
const SHOWN_PARTICIPANTS = 100;

type Counts = Pick<UnreadChange, 'unread' | 'mentions'>;

/** User whose messages are counted, with the subscription of the thread if the message is a reply. */
export interface Reader {
  userId: string | undefined;
  subscription: ThreadSubscriptionDto | undefined;
}

/**
 * Applies a new, changed or deleted message to the unread counts (promise D7), before the message itself is applied. A reply
 * counts in its thread. Undefined when only a sync can tell the counts.
 */
export function countMessage(
  held: HeldConversation,
  message: MessageDto,
  { isNew }: { isNew: boolean },
  reader: Reader,
): HeldConversation | undefined {
  const now = countsOf(message, reader.userId);
  const before = isNew ? NO_COUNTS : countsBefore(held, message, reader.userId);
  if (now && before) return addChange(held, message, subtract(now, before));
  if (!isUnreadPosition(held, message, reader)) return forgetChanges(held, message);
  const { mentions } = message.threadRootId
    ? (reader.subscription ?? NO_COUNTS)
    : held.conversation.membership;
  if (!now || message.type === 'call' || mentions + now.mentions > 0) return undefined;
  return addChange(held, message, subtract(now, ONE_UNREAD));
}

/** Greatest seq that counts as read, with mark-as-unread. */
export function readPosition({
  lastReadSeq,
  unreadFromSeq,
}: HeldConversation['conversation']['membership']): number {
  return unreadFromSeq === null ? lastReadSeq : Math.min(lastReadSeq, unreadFromSeq - 1);
}

const NO_COUNTS: Counts = { unread: 0, mentions: 0 };
const ONE_UNREAD: Counts = { unread: 1, mentions: 0 };

/** Counts of a message before its change; undefined when unknown, because the message is not held. */
function countsBefore(
  { messages }: HeldConversation,
  message: MessageDto,
  userId: string | undefined,
): Counts | undefined {
  const before = messages.find(({ id }) => id === message.id);
  if (before) return countsOf(before, userId);
  if (!isCountable(message, userId)) return NO_COUNTS;
  const isUnchanged = message.deletedAt === null && message.editedAt === null && message.type !== 'call';
  return isUnchanged ? countsOf(message, userId) : undefined;
}

/** Undefined when the message does not tell: a call whose state leaves out participants. */
function countsOf(message: MessageDto, userId: string | undefined): Counts | undefined {
  if (message.deletedAt !== null || !isCountable(message, userId)) return NO_COUNTS;
  const hasAnswered = hasAnsweredCall(message, userId);
  if (hasAnswered === undefined) return undefined;
  return hasAnswered ? NO_COUNTS : { unread: 1, mentions: mentionsOf(message, userId) };
}

/** Whether a message can be unread: neither hidden nor the user's own nor of type system. */
function isCountable({ senderId, type, hidden }: MessageDto, userId: string | undefined): boolean {
  return senderId !== userId && type !== 'system' && !hidden;
}

/** Whether the user took or declined the call of a message; undefined when the message does not tell. */
function hasAnsweredCall({ call }: MessageDto, userId: string | undefined): boolean | undefined {
  if (!call) return false;
  const own = call.participants.find((participant) => participant.userId === userId);
  if (own) return own.joinedAt !== null || own.state === 'declined';
  return call.participants.length < SHOWN_PARTICIPANTS ? false : undefined;
}

function mentionsOf({ mentions, mentionsAll }: MessageDto, userId: string | undefined): number {
  return mentionsAll || mentions.some((id) => id === userId) ? 1 : 0;
}

function subtract(now: Counts, before: Counts): Counts {
  return { unread: now.unread - before.unread, mentions: now.mentions - before.mentions };
}

/** Whether the message is after the read position of its conversation or followed thread. */
function isUnreadPosition(
  { conversation }: HeldConversation,
  { seq, threadRootId }: MessageDto,
  { subscription }: Reader,
): boolean {
  if (threadRootId === null) return seq > readPosition(conversation.membership);
  return subscription !== undefined && seq > subscription.lastReadSeq;
}

/** An unknown change does not concern the counts. Counts of an older version that arrive later need a sync. */
function forgetChanges(held: HeldConversation, { version }: MessageDto): HeldConversation {
  return { ...held, unreadChanges: [], countedFrom: version };
}

function addChange(
  held: HeldConversation,
  { id: messageId, version, seq, threadRootId }: MessageDto,
  difference: Counts,
): HeldConversation {
  if (difference.unread === 0 && difference.mentions === 0) return held;
  const { conversation, unreadChanges } = held;
  const { membership } = conversation;
  const all = [...unreadChanges, { messageId, version, seq, threadRootId, ...difference }];
  const kept = all.slice(-MAX_CHANGES);
  const counts =
    threadRootId === null && seq > readPosition(membership)
      ? {
          unread: membership.unread + difference.unread,
          mentions: membership.mentions + difference.mentions,
        }
      : {};
  return {
    ...held,
    conversation: { ...conversation, membership: { ...membership, ...counts } },
    unreadChanges: kept,
    countedFrom: kept.length < all.length ? kept[0]!.version : held.countedFrom,
  };
}
