import type { ThreadSubscriptionDto } from '../modules/messages/threads/dto/thread-subscription.dto.js';
import { withItems, type Mine } from './mine-items.js';
import type { Counted, Held } from './state.js';

/** A reply came or went: one more or less is unread in its thread, if I follow it, and it was counted before this. */
export function followReply(mine: Mine, reply: Counted): Mine {
  const thread = mine.threadSubscriptions.get(reply.threadRootId ?? '');
  if (!thread || !isSince(thread, reply)) return mine;
  return withItems(mine, { threadSubscriptions: [{ ...thread, unread: thread.unread + reply.unread }] });
}

/**
 * My side of a thread with the replies that came or went after it was counted. Undefined when that cannot be known any
 * more.
 */
export function caughtUp(
  thread: ThreadSubscriptionDto,
  held: Held | undefined,
): ThreadSubscriptionDto | undefined {
  if (!held) return thread;
  if (thread.conversationVersion < held.countedFrom) return undefined;
  const since = held.counted.filter(
    (reply) => reply.threadRootId === thread.threadRootId && isSince(thread, reply),
  );
  return { ...thread, unread: since.reduce((sum, reply) => sum + reply.unread, thread.unread) };
}

function isSince(
  { conversationVersion, lastReadSeq }: ThreadSubscriptionDto,
  { version, seq }: Counted,
): boolean {
  return version > conversationVersion && seq > lastReadSeq;
}
