import type {
  AccountDto,
  BlockStateDto,
  ConversationDto,
  ConversationRemovedDto,
  MembershipDto,
  MembershipUpdatedDto,
  ThreadSubscriptionDto,
} from '../generated/contract.js';
import { ACCOUNT_DATA_EVENTS, isHidden, withEventItem, withoutItemsOf } from './account-data.js';
import { NO_ITEMS, hasItemKinds } from './conversation-items.js';
import { hideMessages } from './hidden-messages.js';
import {
  withConversation,
  type HeldConversation,
  type MemberConversation,
  type ReceivedEvent,
  type State,
} from './state.js';
import { withLaterReplies } from './thread-counts.js';
import { readPosition } from './unread-counts.js';

/** Private change: each event has the next account version. */
export type AccountEvent =
  | { name: 'conversation.new'; payload: ConversationDto }
  | { name: 'conversation.removed'; payload: ConversationRemovedDto }
  | { name: 'membership.updated'; payload: MembershipUpdatedDto }
  | { name: 'account.updated'; payload: AccountDto }
  | { name: 'block.updated'; payload: BlockStateDto };

/** Event with one item of account data. */
type AccountDataEvent = ReceivedEvent & { payload: { conversationId: string; accountVersion: number } };

const ACCOUNT_EVENTS = new Set([
  'conversation.new',
  'conversation.removed',
  'membership.updated',
  'account.updated',
  'block.updated',
  ...ACCOUNT_DATA_EVENTS,
]);

/** Account version of an event; undefined for an event that is not private. */
export function accountVersionOf({ name, payload }: ReceivedEvent): number | undefined {
  if (!ACCOUNT_EVENTS.has(name)) return undefined;
  const { accountVersion, membership } = payload as { accountVersion?: number; membership?: MembershipDto };
  return accountVersion ?? membership?.accountVersion;
}

export function applyAccountEvent(before: State, event: AccountEvent): State {
  const state = { ...before, accountVersion: accountVersionOf(event)! };
  const stale = { ...before, isStale: true };
  if (ACCOUNT_DATA_EVENTS.includes(event.name))
    return applyAccountDataEvent(state, event as AccountDataEvent) ?? stale;
  switch (event.name) {
    case 'conversation.new':
      if (hasItemKinds() && event.payload.version > 1) return stale; // the event contains no items
      return withConversation(state, event.payload.id, toHeldConversation(event.payload));
    case 'conversation.removed':
      return withoutConversation(state, event.payload);
    case 'membership.updated':
      return withMembership(state, event.payload) ?? stale;
    case 'account.updated':
      return { ...state, account: event.payload };
    case 'block.updated':
      return { ...state, blockedUserIds: withBlock(state.blockedUserIds, event.payload) };
  }
}

/** Undefined when only a sync can tell the result. */
function applyAccountDataEvent(before: State, { name, payload }: AccountDataEvent): State | undefined {
  const { conversationId } = payload;
  const held = before.conversations.get(conversationId);
  const item =
    name === 'thread.updated'
      ? withLaterReplies(payload as ThreadSubscriptionDto, held, before.accountData)
      : payload;
  if (!item) return undefined;
  const state = { ...before, accountData: withEventItem(before.accountData, { name, payload: item }) };
  return held ? withConversation(state, conversationId, hideMessages(state, held)) : state;
}

function toHeldConversation({ users: _users, ...conversation }: ConversationDto): HeldConversation {
  return {
    conversation: conversation as MemberConversation,
    messages: [],
    repliesFrom: conversation.lastSeq + 1,
    unreadChanges: [],
    countedFrom: conversation.version,
    items: NO_ITEMS,
  };
}

function withoutConversation(state: State, { conversationId, version }: ConversationRemovedDto): State {
  return {
    ...withConversation(state, conversationId, undefined),
    accountData: withoutItemsOf(state.accountData, [conversationId]),
    leftVersions: { ...state.leftVersions, [conversationId]: version },
  };
}

/**
 * The unread counts of the event belong to an older version: later changes are added. Undefined when these are no longer known,
 * or the conversation is not held; the account version then stays, so that a sync returns the change.
 */
function withMembership(
  state: State,
  { conversationId, conversationVersion, membership }: MembershipUpdatedDto,
): State | undefined {
  const held = state.conversations.get(conversationId);
  if (!held || conversationVersion < held.countedFrom) return undefined;
  const position = readPosition(membership);
  const later = held.unreadChanges.filter(
    ({ messageId, version, seq, threadRootId }) =>
      threadRootId === null &&
      version > conversationVersion &&
      seq > position &&
      !isHidden(state.accountData, messageId),
  );
  const unread = later.reduce((sum, change) => sum + change.unread, membership.unread);
  const mentions = later.reduce((sum, change) => sum + change.mentions, membership.mentions);
  const { role } = held.conversation.membership; // shared data: changed by member.updated only
  return withConversation(state, conversationId, {
    ...held,
    conversation: { ...held.conversation, membership: { ...membership, unread, mentions, role } },
  });
}

function withBlock(userIds: readonly string[], { userId, blocked }: BlockStateDto): string[] {
  const others = userIds.filter((id) => id !== userId);
  return blocked ? [...others, userId].sort() : others;
}
