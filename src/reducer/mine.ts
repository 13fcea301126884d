import type { BlockStateDto } from '../modules/blocks/dto/block.dto.js';
import type { ConversationDto } from '../modules/conversations/dto/conversation.dto.js';
import type { MembershipDto, MembershipUpdatedDto } from '../modules/conversations/dto/membership.dto.js';
import type { ConversationRemovedDto } from '../modules/conversations/dto/update-conversation.dto.js';
import type { ThreadSubscriptionDto } from '../modules/messages/threads/dto/thread-subscription.dto.js';
import type { AccountDto } from '../modules/users/dto/user.dto.js';
import { markOf } from './counts.js';
import { withoutHidden } from './hidden.js';
import { caughtUp } from './threads.js';
import { ITEM_EVENTS, withItem, withoutItemsOf } from './mine-items.js';
import { withHeld, type Heard, type Held, type MyConversation, type State } from './state.js';

/** What is mine alone: each event is the next value of my counter `me`. */
export type MyEvent =
  | { name: 'conversation.new'; payload: ConversationDto }
  | { name: 'conversation.removed'; payload: ConversationRemovedDto }
  | { name: 'membership.updated'; payload: MembershipUpdatedDto }
  | { name: 'user.updated'; payload: AccountDto }
  | { name: 'block.updated'; payload: BlockStateDto };

/** message.saved and the like: a thing of one of the kinds that are mine alone. */
type ItemEvent = Heard & { payload: { conversationId: string; accountVersion: number } };

const MINE = new Set([
  'conversation.new',
  'conversation.removed',
  'membership.updated',
  'user.updated',
  'block.updated',
  ...ITEM_EVENTS,
]);

/** The value of my counter that this made; undefined: it is not mine alone. */
export function accountVersionOf({ name, payload }: Heard): number | undefined {
  if (!MINE.has(name)) return undefined;
  const { accountVersion, membership } = payload as { accountVersion?: number; membership?: MembershipDto };
  return accountVersion ?? membership?.accountVersion;
}

export function applyMine(before: State, event: MyEvent): State {
  const state = { ...before, me: accountVersionOf(event)! };
  const stale = { ...before, isStale: true };
  if (ITEM_EVENTS.includes(event.name)) return applyItem(state, event as ItemEvent) ?? stale;
  switch (event.name) {
    case 'conversation.new':
      return withHeld(state, event.payload.id, begun(event.payload));
    case 'conversation.removed':
      return withoutHeld(state, event.payload);
    case 'membership.updated':
      return withMembership(state, event.payload) ?? stale;
    case 'user.updated':
      return { ...state, user: event.payload };
    case 'block.updated':
      return { ...state, blocks: withBlock(state.blocks, event.payload) };
  }
}

/** Undefined: only a sync can tell. */
function applyItem(before: State, { name, payload }: ItemEvent): State | undefined {
  const { conversationId } = payload;
  const held = before.conversations.get(conversationId);
  const item = name === 'thread.updated' ? caughtUp(payload as ThreadSubscriptionDto, held) : payload;
  if (!item) return undefined;
  const state = { ...before, mine: withItem(before.mine, { name, payload: item }) };
  return held ? withHeld(state, conversationId, withoutHidden(state, held)) : state;
}

function begun({ users: _users, ...conversation }: ConversationDto): Held {
  return {
    conversation: conversation as MyConversation,
    messages: [],
    counted: [],
    countedFrom: conversation.version,
  };
}

function withoutHeld(state: State, { conversationId, version }: ConversationRemovedDto): State {
  return {
    ...withHeld(state, conversationId, undefined),
    mine: withoutItemsOf(state.mine, [conversationId]),
    left: { ...state.left, [conversationId]: version },
  };
}

/**
 * The unread messages were counted at an earlier version: those that came or went since count too. Undefined when that
 * cannot be known any more, or the conversation is not held: then `me` stays, so that a sync brings this.
 */
function withMembership(
  state: State,
  { conversationId, conversationVersion, membership: me }: MembershipUpdatedDto,
): State | undefined {
  const held = state.conversations.get(conversationId);
  if (!held || conversationVersion < held.countedFrom) return undefined;
  const mark = markOf(me);
  const since = held.counted.filter(
    ({ version, seq, threadRootId }) => threadRootId === null && version > conversationVersion && seq > mark,
  );
  const unread = since.reduce((sum, change) => sum + change.unread, me.unread);
  const mentions = since.reduce((sum, change) => sum + change.mentions, me.mentions);
  const { role } = held.conversation.membership; // shared: member.updated tells
  return withHeld(state, conversationId, {
    ...held,
    conversation: { ...held.conversation, membership: { ...me, unread, mentions, role } },
  });
}

function withBlock(blocks: readonly string[], { userId, blocked }: BlockStateDto): string[] {
  const others = blocks.filter((id) => id !== userId);
  return blocked ? [...others, userId].sort() : others;
}
