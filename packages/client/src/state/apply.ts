import type { UserDto } from '../generated/contract.js';
import { accountVersionOf, applyAccountEvent, type AccountEvent } from './account-events.js';
import {
  applyConversationEvent,
  conversationVersionOf,
  type ConversationEvent,
  type ConversationVersion,
} from './conversation-events.js';
import { EMPTY_STATE, withUsers, type ReceivedEvent, type State } from './state.js';

/** Maximum number of pending events; with more, the state is stale. */
const MAX_PENDING = 1_000;

/** Position of an event relative to the held version of its counter. */
type Turn = 'past' | 'now' | 'early';

/**
 * Reference reducer: the state after an event. Both counters are followed without gaps: a repeated or late event changes
 * nothing, an early one stays pending. Events received during a sync are applied after it.
 */
export function apply(state: State, event: ReceivedEvent): State {
  const turn = turnOf(state, event);
  if (turn === 'past') return state;
  if (turn === 'early') return addPending(state, event);
  return applyPending(applyNow(state, event));
}

/** Applies the pending events whose turn has come. */
export function applyPending(state: State): State {
  const { pendingEvents } = state;
  const next = pendingEvents.find((event) => turnOf(state, event) !== 'early');
  if (!next) return state;
  const others = { ...state, pendingEvents: pendingEvents.filter((event) => event !== next) };
  return applyPending(turnOf(state, next) === 'now' ? applyNow(others, next) : others);
}

function turnOf(state: State, event: ReceivedEvent): Turn {
  const conversationVersion = conversationVersionOf(event);
  if (conversationVersion) return turnInConversation(state, conversationVersion);
  const accountVersion = accountVersionOf(event);
  if (accountVersion === undefined) return 'now';
  const turn = compareVersions(accountVersion, state.accountVersion);
  return turn === 'now' && isCountedAhead(state, event) ? 'early' : turn;
}

function turnInConversation(
  { conversations, leftVersions }: State,
  { id, version }: ConversationVersion,
): Turn {
  const held = conversations.get(id);
  if (held) return compareVersions(version, held.conversation.version);
  return version <= (leftVersions[id] ?? 0) ? 'past' : 'early';
}

function compareVersions(version: number, held: number): Turn {
  if (version <= held) return 'past';
  return version === held + 1 ? 'now' : 'early';
}

/** Whether the unread count of an event was made at a conversation version that is not held yet. */
function isCountedAhead({ conversations }: State, { name, payload }: ReceivedEvent): boolean {
  if (name !== 'membership.updated' && name !== 'thread.updated') return false;
  const { conversationId, conversationVersion } = payload as {
    conversationId: string;
    conversationVersion: number;
  };
  const version = conversations.get(conversationId)?.conversation.version;
  return version !== undefined && conversationVersion > version;
}

function applyNow(state: State, event: ReceivedEvent): State {
  if (event.name === 'session.resync') return applyResync(state, event.payload);
  if (event.name === 'user.updated') return withUsers(state, [event.payload as UserDto]);
  if (conversationVersionOf(event)) return applyConversationEvent(state, event as ConversationEvent);
  return accountVersionOf(event) === undefined ? state : applyAccountEvent(state, event as AccountEvent);
}

/** A restored database has another epoch: the held versions mean something else there. */
function applyResync(state: State, { epoch = null }: { epoch?: string | null }): State {
  if (epoch === null || state.epoch === null) return { ...state, isStale: true };
  return epoch === state.epoch ? state : { ...EMPTY_STATE, epoch, isStale: true };
}

function addPending(state: State, event: ReceivedEvent): State {
  if (state.pendingEvents.length >= MAX_PENDING) return { ...state, pendingEvents: [], isStale: true };
  return { ...state, pendingEvents: [...state.pendingEvents, event] };
}
