import type { ThreadSubscriptionDto } from '../generated/contract.js';
import { isHidden, withItems, type AccountData } from './account-data.js';
import type { HeldConversation, UnreadChange } from './state.js';

/** Adds a new, changed or deleted reply to the unread counts of a subscribed thread, unless they include it. */
export function countReply(data: AccountData, reply: UnreadChange): AccountData {
  const subscription = data.threadSubscriptions.get(reply.threadRootId ?? '');
  if (!subscription || !isLater(subscription, reply)) return data;
  return withItems(data, { threadSubscriptions: [withCounts(subscription, [reply])] });
}

/** Subscription with the replies after its count; undefined when these are no longer known. */
export function withLaterReplies(
  subscription: ThreadSubscriptionDto,
  held: HeldConversation | undefined,
  data: AccountData,
): ThreadSubscriptionDto | undefined {
  if (!held) return subscription;
  if (subscription.conversationVersion < held.countedFrom) return undefined;
  const later = held.unreadChanges.filter(
    (reply) =>
      reply.threadRootId === subscription.threadRootId &&
      isLater(subscription, reply) &&
      !isHidden(data, reply.messageId),
  );
  return withCounts(subscription, later);
}

function withCounts(
  subscription: ThreadSubscriptionDto,
  replies: readonly UnreadChange[],
): ThreadSubscriptionDto {
  return {
    ...subscription,
    unread: replies.reduce((sum, reply) => sum + reply.unread, subscription.unread),
    mentions: replies.reduce((sum, reply) => sum + reply.mentions, subscription.mentions),
  };
}

/** Whether a reply is unread and not included in the count of the subscription. */
function isLater(
  { conversationVersion, lastReadSeq }: ThreadSubscriptionDto,
  { version, seq }: UnreadChange,
): boolean {
  return version > conversationVersion && seq > lastReadSeq;
}
