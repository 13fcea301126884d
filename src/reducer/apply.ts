import { applyMine, accountVersionOf, type MyEvent } from './mine.js';
import { applyShared, placeOf, type Place, type SharedEvent } from './shared.js';
import type { Heard, State } from './state.js';

/** Events that may wait for their turn; more of them than this, and only a sync helps. */
const MAX_QUEUED = 1_000;

/**
 * The reference reducer: the state after an event. Each counter is followed without gaps, so an event that comes twice or
 * late changes nothing, and one that comes early waits. While a sync is under way, keep the events and apply them after it.
 */
export function apply(state: State, event: Heard): State {
  const turn = turnOf(state, event);
  if (turn === 'past') return state;
  if (turn === 'early') return wait(state, event);
  return settle(carryOut(state, event));
}

/** Lets in whatever waits and has its turn now. */
export function settle(state: State): State {
  const { waiting } = state;
  const next = waiting.find((event) => turnOf(state, event) !== 'early');
  if (!next) return state;
  const others = { ...state, waiting: waiting.filter((event) => event !== next) };
  return settle(turnOf(state, next) === 'now' ? carryOut(others, next) : others);
}

function turnOf(state: State, event: Heard): 'past' | 'now' | 'early' {
  const place = placeOf(event);
  if (place) return turnOfShared(state, place);
  const accountVersion = accountVersionOf(event);
  if (accountVersion === undefined) return 'now';
  const turn = compare(accountVersion, state.me);
  return turn === 'now' && isAheadOf(state, event) ? 'early' : turn;
}

function turnOfShared({ conversations, left }: State, { id, version }: Place): 'past' | 'now' | 'early' {
  const held = conversations.get(id);
  if (held) return compare(version, held.conversation.version);
  return version <= (left[id] ?? 0) ? 'past' : 'early';
}

function compare(version: number, known: number): 'past' | 'now' | 'early' {
  if (version <= known) return 'past';
  return version === known + 1 ? 'now' : 'early';
}

/** The number of unread messages was counted at a version that has not been heard of yet. */
function isAheadOf({ conversations }: State, { name, payload }: Heard): boolean {
  if (name !== 'membership.updated' && name !== 'thread.updated') return false;
  const { conversationId, conversationVersion } = payload as {
    conversationId: string;
    conversationVersion: number;
  };
  const known = conversations.get(conversationId)?.conversation.version;
  return known !== undefined && conversationVersion > known;
}

function carryOut(state: State, event: Heard): State {
  if (event.name === 'session.resync') return { ...state, isStale: true };
  if (placeOf(event)) return applyShared(state, event as SharedEvent);
  return accountVersionOf(event) === undefined ? state : applyMine(state, event as MyEvent);
}

function wait(state: State, event: Heard): State {
  if (state.waiting.length >= MAX_QUEUED) return { ...state, waiting: [], isStale: true };
  return { ...state, waiting: [...state.waiting, event] };
}
