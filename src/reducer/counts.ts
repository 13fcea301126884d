import type { MessageDto } from '../modules/messages/dto/message.dto.js';
import type { Counted, Held } from './state.js';

/** Changes that are kept for counts which come late. */
const MAX_COUNTED = 500;

type Counts = Pick<Counted, 'unread' | 'mentions'>;

/**
 * A message that came, changed or was deleted, in the numbers of what is unread (D7); a reply counts in its thread. Call
 * it before the message is changed. Undefined when only a sync can tell: it may have mentioned me, and is older than what is held.
 */
export function countChange(
  held: Held,
  message: MessageDto,
  { isNew }: { isNew: boolean },
  myId: string | undefined,
): Held | undefined {
  const before = isNew ? NOTHING : known(held, message, myId);
  const isReply = message.threadRootId !== null;
  if (!before && !isReply && held.conversation.membership.mentions + mentionsOf(message, myId) > 0)
    return undefined;
  const now = countsOf(message, myId);
  const was = before ?? { unread: couldBeUnread(message, myId) ? 1 : 0, mentions: 0 };
  return count(held, message, { unread: now.unread - was.unread, mentions: now.mentions - was.mentions });
}

/** Everything up to here is read. */
export function markOf({ lastReadSeq, unreadFromSeq }: Held['conversation']['membership']): number {
  return unreadFromSeq === null ? lastReadSeq : Math.min(lastReadSeq, unreadFromSeq - 1);
}

const NOTHING: Counts = { unread: 0, mentions: 0 };

function known({ messages }: Held, message: MessageDto, myId: string | undefined): Counts | undefined {
  const before = messages.find(({ id }) => id === message.id);
  if (before) return countsOf(before, myId);
  const isSame = message.deletedAt === null && message.editedAt === null;
  return isSame || !couldBeUnread(message, myId) ? countsOf(message, myId) : undefined;
}

function countsOf(message: MessageDto, myId: string | undefined): Counts {
  if (message.deletedAt !== null || !couldBeUnread(message, myId)) return NOTHING;
  return { unread: 1, mentions: mentionsOf(message, myId) };
}

function couldBeUnread({ senderId, type }: MessageDto, myId: string | undefined): boolean {
  return senderId !== myId && type !== 'system';
}

function mentionsOf({ mentions, mentionsAll, threadRootId }: MessageDto, myId: string | undefined): number {
  if (threadRootId !== null) return 0;
  return mentionsAll || mentions.some((id) => id === myId) ? 1 : 0;
}

function count(held: Held, { version, seq, threadRootId }: MessageDto, by: Counts): Held {
  if (by.unread === 0 && by.mentions === 0) return held;
  const { conversation, counted } = held;
  const { membership: me } = conversation;
  const all = [...counted, { version, seq, threadRootId, ...by }];
  const kept = all.slice(-MAX_COUNTED);
  const counts =
    threadRootId === null && seq > markOf(me)
      ? { unread: me.unread + by.unread, mentions: me.mentions + by.mentions }
      : {};
  return {
    ...held,
    conversation: { ...conversation, membership: { ...me, ...counts } },
    counted: kept,
    countedFrom: kept.length < all.length ? kept[0]!.version : held.countedFrom,
  };
}
