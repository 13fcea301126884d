import type {
  ConversationDeltaDto,
  MessageDto,
  MessageFlagsDto,
  SyncResponseDto,
} from '../generated/contract.js';
import { withItems, withoutItemsBefore, withoutItemsOf, type AccountData } from './account-data.js';
import { applyPending } from './apply.js';
import { NO_ITEMS, withChangedItems } from './conversation-items.js';
import { conversationVersionOf } from './conversation-events.js';
import { combineMessages, mergeMessages } from './held-messages.js';
import { hideMessages } from './hidden-messages.js';
import {
  EMPTY_STATE,
  withConversation,
  withUsers,
  type HeldConversation,
  type MemberConversation,
  type ReceivedEvent,
  type State,
} from './state.js';

/**
 * State after a page of sync. Further pages are requested until `nextCursor` is null. A page of another epoch replaces everything
 * that is held.
 */
export function applySync(held: State, response: SyncResponseDto): State {
  const { epoch } = response;
  const before = held.epoch === null || held.epoch === epoch ? held : EMPTY_STATE;
  const accountData = response.conversations.reduce(
    (data, { conversation: { id, membership }, threadSubscriptions }) =>
      withItems(withoutItemsBefore(data, id, membership?.joinedAccountVersion ?? 0), { threadSubscriptions }),
    withItems(
      withoutItemsOf(heldAccountData(before, response), response.removed),
      response.accountData ?? {},
    ),
  );
  const conversations = new Map(before.conversations);
  for (const id of response.removed) conversations.delete(id);
  for (const delta of response.conversations) {
    const { id } = delta.conversation;
    conversations.set(id, mergeDelta(conversations.get(id), delta));
  }
  const state = hideFlaggedMessages(response.accountData?.messageFlags ?? [], {
    ...withUsers(before, Object.values(response.users)),
    usersAsOf: response.usersAsOf ?? before.usersAsOf,
    epoch,
    account: response.user ?? before.account,
    blockedUserIds: response.blocks ? [...response.blocks].sort() : before.blockedUserIds,
    accountData,
    conversations,
  });
  if (response.nextCursor !== null) return state;
  const synced = applyPending({ ...state, accountVersion: response.accountVersion, isStale: false });
  return { ...synced, pendingEvents: synced.pendingEvents.filter((event) => isApplicable(synced, event)) };
}

function heldAccountData({ accountData }: State, { resetScheduledMessages }: SyncResponseDto): AccountData {
  return resetScheduledMessages ? { ...accountData, scheduledMessages: new Map() } : accountData;
}

function hideFlaggedMessages(flags: readonly MessageFlagsDto[], state: State): State {
  const ids = new Set(flags.map(({ conversationId }) => conversationId));
  return [...ids].reduce((after, id) => {
    const held = after.conversations.get(id);
    return held ? withConversation(after, id, hideMessages(after, held)) : after;
  }, state);
}

/**
 * State with older messages of a conversation: a page of the main timeline that ends before its first held message, or a
 * page of all messages that ends before `repliesFrom`.
 */
export function addHistory(
  state: State,
  conversationId: string,
  page: readonly MessageDto[],
  timeline: 'main' | 'all',
): State {
  const held = state.conversations.get(conversationId);
  if (!held) return state;
  const first = timeline === 'all' ? page[0]?.seq : undefined;
  return withConversation(state, conversationId, {
    ...held,
    messages: combineMessages(page, held.messages),
    repliesFrom: Math.min(held.repliesFrom, first ?? held.repliesFrom),
  });
}

function mergeDelta(held: HeldConversation | undefined, delta: ConversationDeltaDto): HeldConversation {
  const conversation = delta.conversation as MemberConversation;
  const counts = { unreadChanges: [], countedFrom: delta.version };
  const messages = [...delta.messages].sort((one, other) => one.seq - other.seq);
  if (!held || (delta.reset && held.conversation.version !== delta.version))
    return {
      ...counts,
      conversation: withMembers(conversation, delta),
      messages,
      repliesFrom: conversation.lastSeq + 1,
      items: withChangedItems(NO_ITEMS, delta),
    };
  const withHeldMembers = { ...conversation, members: held.conversation.members };
  const { lastSeq } = held.conversation;
  return {
    ...counts,
    conversation: withMembers(withHeldMembers, delta),
    items: withChangedItems(held.items, delta),
    ...(hasRejoined(held, conversation)
      ? { messages: messages.filter(({ seq }) => seq > lastSeq), repliesFrom: lastSeq + 1 }
      : { messages: mergeMessages(held, messages), repliesFrom: held.repliesFrom }),
  };
}

/** Whether the user left and joined again meanwhile: message flags from before are void. */
function hasRejoined(held: HeldConversation, { membership }: MemberConversation): boolean {
  return held.conversation.membership.joinedAccountVersion !== membership.joinedAccountVersion;
}

function withMembers(
  conversation: MemberConversation,
  { members }: ConversationDeltaDto,
): MemberConversation {
  return members ? { ...conversation, members } : conversation;
}

/** Whether a pending event can still be applied after a sync: its conversation is held. */
function isApplicable({ conversations }: State, event: ReceivedEvent): boolean {
  const conversationVersion = conversationVersionOf(event);
  return !conversationVersion || conversations.has(conversationVersion.id);
}
