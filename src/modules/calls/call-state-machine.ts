import type { CallEndReason, ParticipantState } from '../messages/dto/call-state.dto.js';
import type { ParticipantRow, WholeCall } from './dto/call.dto.js';

/**
 * The course of a call, without a database: ringing → active → ended, and what each step makes of those in it. A step that
 * changes nothing gives back the very same call.
 */

/** With whom and until when somebody is in a call. */
export interface Presence {
  userId: string;
  deviceId: string;
  now: Date;
  leaseExpiresAt: Date;
}

const NOBODY: Omit<ParticipantRow, 'user_id' | 'state'> = {
  device_id: null,
  joined_at: null,
  left_at: null,
  lease_expires_at: null,
  disconnected_at: null,
};

export function invitedParticipant(userId: string, state: ParticipantState): ParticipantRow {
  return { ...NOBODY, user_id: userId, state };
}

export function joinedParticipant({ userId, deviceId, now, leaseExpiresAt }: Presence): ParticipantRow {
  return {
    ...NOBODY,
    user_id: userId,
    state: 'joined',
    device_id: deviceId,
    joined_at: now,
    lease_expires_at: leaseExpiresAt,
  };
}

/** Somebody comes in, for the first time or again, or with another device. */
export function join(call: WholeCall, presence: Presence): WholeCall {
  const before = participantIn(call, presence.userId);
  const joined_at = before?.state === 'joined' ? before.joined_at : presence.now;
  const after = { ...joinedParticipant(presence), joined_at, left_at: before?.left_at ?? null };
  return settle(withParticipant(call, after), presence.now);
}

export function decline(call: WholeCall, userId: string, now: Date): WholeCall {
  return settle(withState(call, userId, 'declined'), now);
}

/** Somebody is no longer to hear of it: they hang up, or stop being rung. */
export function removeParticipant(call: WholeCall, userId: string, now: Date): WholeCall {
  const state = participantIn(call, userId)?.state;
  if (state === 'joined') return leave(call, userId, now);
  return state === 'ringing' ? settle(withState(call, userId, 'missed'), now) : call;
}

/** `lost`: nobody hung up, the connection did not come back. */
export function leave(call: WholeCall, userId: string, now: Date, { lost = false } = {}): WholeCall {
  return settle(withParticipant(call, gone(participantIn(call, userId)!, now)), now, { lost });
}

/** Nobody has answered in time; or some did, and the others did not. */
export function expireRinging(call: WholeCall, now: Date): WholeCall {
  if (call.state === 'ringing') return finish(call, 'missed', now);
  return { ...call, participants: call.participants.map(unanswered) };
}

/** For somebody, or for whoever may join. */
export function rings({ state: course, participants }: WholeCall): boolean {
  return course === 'ringing' || participants.some(({ state }) => state === 'ringing');
}

/** What is over by now: the ringing, and the stay of devices that gave no sign. */
export function applyTimeouts(call: WholeCall, now: Date): WholeCall {
  if (call.state === 'ended') return call;
  const rung = rings(call) && call.ring_expires_at <= now ? expireRinging(call, now) : call;
  const lost = rung.participants.filter(
    ({ lease_expires_at }) => lease_expires_at && lease_expires_at <= now,
  );
  return lost.reduce(
    (after, { user_id }) => (after.state === 'ended' ? after : leave(after, user_id, now, { lost: true })),
    rung,
  );
}

export function end(call: WholeCall, now: Date): WholeCall {
  return finish(call, call.state === 'active' ? 'completed' : 'cancelled', now);
}

/** Whether it is over by now, or has begun; a new call of which all are busy, too. */
export function settle(call: WholeCall, now: Date, { lost = false } = {}): WholeCall {
  const joined = call.participants.filter(({ state }) => state === 'joined');
  if (call.state === 'ringing') {
    if (joined.every(({ user_id }) => user_id !== call.created_by))
      return finish(call, lost ? 'failed' : 'cancelled', now);
    if (joined.length > 1) return { ...call, state: 'active', started_at: now };
    const refusal = refusalOf(call);
    return refusal ? finish(call, refusal, now) : call;
  }
  const fewest = call.is_dm ? 2 : 1;
  return joined.length < fewest ? finish(call, lost ? 'failed' : 'completed', now) : call;
}

/** What all who were rung made of it; null: somebody may still answer, or nobody was rung at all. */
function refusalOf({ created_by, participants }: WholeCall): CallEndReason | null {
  const rung = participants.filter(({ user_id, state }) => user_id !== created_by && state !== 'invited');
  const states = new Set(rung.map(({ state }) => state));
  if (rung.length === 0 || states.has('ringing')) return null;
  if (states.has('declined')) return 'declined';
  return states.has('missed') ? 'missed' : 'busy';
}

function finish(call: WholeCall, reason: CallEndReason, now: Date): WholeCall {
  const participants = call.participants.map((participant) =>
    participant.state === 'joined' ? gone(participant, now) : unanswered(participant),
  );
  return { ...call, state: 'ended', ended_at: now, end_reason: reason, participants };
}

function unanswered(participant: ParticipantRow): ParticipantRow {
  return participant.state === 'ringing' ? { ...participant, state: 'missed' } : participant;
}

function gone(participant: ParticipantRow, now: Date): ParticipantRow {
  const { joined_at } = participant;
  return { ...NOBODY, user_id: participant.user_id, state: 'left', joined_at, left_at: now };
}

/** Whatever that may mean for the call. */
export function withState(call: WholeCall, userId: string, state: ParticipantState): WholeCall {
  return withParticipant(call, { ...participantIn(call, userId)!, state });
}

function withParticipant(call: WholeCall, after: ParticipantRow): WholeCall {
  const others = call.participants.filter(({ user_id }) => user_id !== after.user_id);
  return { ...call, participants: [...others, after] };
}

export function participantIn({ participants }: WholeCall, userId: string): ParticipantRow | undefined {
  return participants.find(({ user_id }) => user_id === userId);
}
