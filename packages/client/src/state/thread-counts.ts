import type { ThreadSubscriptionDto } from '../generated/contract.js';
import { withItems, type AccountData } from './account-data.js';
import type { HeldConversation, UnreadChange } from './state.js';

/** Adds a new or deleted reply to the unread count of a subscribed thread, unless the count includes it. */
export function countReply(data: AccountData, reply: UnreadChange): AccountData {
  const subscription = data.threadSubscriptions.get(reply.threadRootId ?? '');
  if (!subscription || !isLater(subscription, reply)) return data;
  const unread = subscription.unread + reply.unread;
  return withItems(data, { threadSubscriptions: [{ ...subscription, unread }] });
}

/** Subscription with the replies after its count; undefined when these are no longer known. */
export function withLaterReplies(
  subscription: ThreadSubscriptionDto,
  held: HeldConversation | undefined,
): ThreadSubscriptionDto | undefined {
  if (!held) return subscription;
  if (subscription.conversationVersion < held.countedFrom) return undefined;
  const later = held.unreadChanges.filter(
    (reply) => reply.threadRootId === subscription.threadRootId && isLater(subscription, reply),
  );
  return { ...subscription, unread: later.reduce((sum, reply) => sum + reply.unread, subscription.unread) };
}

/** Whether a reply is unread and not included in the count of the subscription. */
function isLater(
  { conversationVersion, lastReadSeq }: ThreadSubscriptionDto,
  { version, seq }: UnreadChange,
): boolean {
  return version > conversationVersion && seq > lastReadSeq;
}
