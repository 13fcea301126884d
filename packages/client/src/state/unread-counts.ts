import type { MessageDto } from '../generated/contract.js';
import type { HeldConversation, UnreadChange } from './state.js';

/** Number of kept changes for counts that arrive late. */
const MAX_CHANGES = 500;

type Counts = Pick<UnreadChange, 'unread' | 'mentions'>;

/**
 * Applies a new, changed or deleted message to the unread counts (promise D7), before the message itself is applied. A reply
 * counts in its thread. Undefined when only a sync can tell: the message is older than the held ones and may mention the user.
 */
export function countMessage(
  held: HeldConversation,
  message: MessageDto,
  { isNew }: { isNew: boolean },
  userId: string | undefined,
): HeldConversation | undefined {
  const before = isNew ? NO_COUNTS : countsBefore(held, message, userId);
  const isReply = message.threadRootId !== null;
  if (!before && !isReply && held.conversation.membership.mentions + mentionsOf(message, userId) > 0)
    return undefined;
  const now = countsOf(message, userId);
  const was = before ?? { unread: isCountable(message, userId) ? 1 : 0, mentions: 0 };
  return addChange(held, message, { unread: now.unread - was.unread, mentions: now.mentions - was.mentions });
}

/** Greatest seq that counts as read, with mark-as-unread. */
export function readPosition({
  lastReadSeq,
  unreadFromSeq,
}: HeldConversation['conversation']['membership']): number {
  return unreadFromSeq === null ? lastReadSeq : Math.min(lastReadSeq, unreadFromSeq - 1);
}

const NO_COUNTS: Counts = { unread: 0, mentions: 0 };

function countsBefore(
  { messages }: HeldConversation,
  message: MessageDto,
  userId: string | undefined,
): Counts | undefined {
  const before = messages.find(({ id }) => id === message.id);
  if (before) return countsOf(before, userId);
  const isUnchanged = message.deletedAt === null && message.editedAt === null;
  return isUnchanged || !isCountable(message, userId) ? countsOf(message, userId) : undefined;
}

function countsOf(message: MessageDto, userId: string | undefined): Counts {
  if (message.deletedAt !== null || !isCountable(message, userId)) return NO_COUNTS;
  return { unread: 1, mentions: mentionsOf(message, userId) };
}

/** Whether a message can be unread: not the user's own and not of type system. */
function isCountable({ senderId, type }: MessageDto, userId: string | undefined): boolean {
  return senderId !== userId && type !== 'system';
}

function mentionsOf({ mentions, mentionsAll, threadRootId }: MessageDto, userId: string | undefined): number {
  if (threadRootId !== null) return 0;
  return mentionsAll || mentions.some((id) => id === userId) ? 1 : 0;
}

function addChange(
  held: HeldConversation,
  { version, seq, threadRootId }: MessageDto,
  difference: Counts,
): HeldConversation {
  if (difference.unread === 0 && difference.mentions === 0) return held;
  const { conversation, unreadChanges } = held;
  const { membership } = conversation;
  const all = [...unreadChanges, { version, seq, threadRootId, ...difference }];
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
