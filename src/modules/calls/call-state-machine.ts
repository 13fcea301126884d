import type { CallEndReason, ParticipantState } from '../messages/dto/call-state.dto.js';
import type { ParticipantRow, CallWithParticipants } from './dto/call.dto.js';

/**
 * State machine of a call, without a database: ringing → active → ended, and the resulting participant states. A
 * transition that changes nothing returns the same object.
 */

/** User, device and socket in a call, with the expiry of the device lease. */
export interface Presence {
  userId: string;
  deviceId: string;
  socketId: string | null;
  now: Date;
  leaseExpiresAt: Date;
}

const ABSENT: Omit<ParticipantRow, 'user_id' | 'state'> = {
  device_id: null,
  socket_id: null,
  joined_at: null,
  left_at: null,
  lease_expires_at: null,
  disconnected_at: null,
};

export function invitedParticipant(userId: string, state: ParticipantState): ParticipantRow {
  return { ...ABSENT, user_id: userId, state };
}

export function joinedParticipant(presence: Presence): ParticipantRow {
  const { userId, deviceId, socketId, now, leaseExpiresAt } = presence;
  return {
    ...ABSENT,
    user_id: userId,
    state: 'joined',
    device_id: deviceId,
    socket_id: socketId,
    joined_at: now,
    lease_expires_at: leaseExpiresAt,
  };
}

/** A user joins for the first time, again, or with another device. */
export function joinCall(call: CallWithParticipants, presence: Presence): CallWithParticipants {
  const before = findParticipant(call, presence.userId);
  const joined_at = before?.state === 'joined' ? before.joined_at : presence.now;
  const after = { ...joinedParticipant(presence), joined_at, left_at: before?.left_at ?? null };
  return resolveCallState(withParticipant(call, after), presence.now);
}

export function declineCall(call: CallWithParticipants, userId: string, now: Date): CallWithParticipants {
  return resolveCallState(withState(call, userId, 'declined'), now);
}

/** Ends participation of a user who lost access: leaves, or stops ringing. */
export function removeParticipant(
  call: CallWithParticipants,
  userId: string,
  now: Date,
): CallWithParticipants {
  const state = call.state === 'ended' ? undefined : findParticipant(call, userId)?.state;
  if (state === 'joined') return leaveCall(call, userId, now);
  return state === 'ringing' ? resolveCallState(withState(call, userId, 'missed'), now) : call;
}

/** `lost`: the device did not reconnect in time. */
export function leaveCall(
  call: CallWithParticipants,
  userId: string,
  now: Date,
  { lost = false } = {},
): CallWithParticipants {
  return resolveCallState(withParticipant(call, toLeft(findParticipant(call, userId)!, now)), now, { lost });
}

/** Ring time is over: the call is missed, or in an active call the users that did not answer. */
export function expireRinging(call: CallWithParticipants, now: Date): CallWithParticipants {
  if (call.state === 'ringing') return finishCall(call, 'missed', now);
  return { ...call, participants: call.participants.map(toMissed) };
}

/** Whether the call rings for any user. */
export function isRinging({ state: callState, participants }: CallWithParticipants): boolean {
  return callState === 'ringing' || participants.some(({ state }) => state === 'ringing');
}

/** Applies the ring time and expired device leases. `ringOnly`: leases do not count during an outage of the database. */
export function applyTimeouts(
  call: CallWithParticipants,
  now: Date,
  { ringOnly = false } = {},
): CallWithParticipants {
  if (call.state === 'ended') return call;
  const afterRingTime = isRinging(call) && call.ring_expires_at <= now ? expireRinging(call, now) : call;
  if (ringOnly) return afterRingTime;
  const lost = afterRingTime.participants.filter(
    ({ lease_expires_at }) => lease_expires_at && lease_expires_at <= now,
  );
  return lost.reduce(
    (after, { user_id }) =>
      after.state === 'ended' ? after : leaveCall(after, user_id, now, { lost: true }),
    afterRingTime,
  );
}

export function endCall(call: CallWithParticipants, now: Date): CallWithParticipants {
  return finishCall(call, call.state === 'active' ? 'completed' : 'cancelled', now);
}

/** Begins or ends the call if its participants require it, also a new call whose callees are all busy. */
export function resolveCallState(
  call: CallWithParticipants,
  now: Date,
  { lost = false } = {},
): CallWithParticipants {
  const joined = call.participants.filter(({ state }) => state === 'joined');
  if (call.state === 'ringing') {
    if (joined.every(({ user_id }) => user_id !== call.created_by))
      return finishCall(call, lost ? 'failed' : 'cancelled', now);
    if (joined.length > 1) return { ...call, state: 'active', started_at: now };
    const reason = findUnansweredReason(call);
    return reason ? finishCall(call, reason, now) : call;
  }
  const minimum = call.is_dm ? 2 : 1;
  return joined.length < minimum ? finishCall(call, lost ? 'failed' : 'completed', now) : call;
}

/** End reason when no called user can answer any longer; null while one still rings or none was called. */
function findUnansweredReason({ created_by, participants }: CallWithParticipants): CallEndReason | null {
  const called = participants.filter(({ user_id, state }) => user_id !== created_by && state !== 'invited');
  const states = new Set(called.map(({ state }) => state));
  if (called.length === 0 || states.has('ringing')) return null;
  if (states.has('declined')) return 'declined';
  return states.has('missed') ? 'missed' : 'busy';
}

function finishCall(call: CallWithParticipants, reason: CallEndReason, now: Date): CallWithParticipants {
  const participants = call.participants.map((participant) =>
    participant.state === 'joined' ? toLeft(participant, now) : toMissed(participant),
  );
  return { ...call, state: 'ended', ended_at: now, end_reason: reason, participants };
}

function toMissed(participant: ParticipantRow): ParticipantRow {
  return participant.state === 'ringing' ? { ...participant, state: 'missed' } : participant;
}

function toLeft(participant: ParticipantRow, now: Date): ParticipantRow {
  const { joined_at } = participant;
  return { ...ABSENT, user_id: participant.user_id, state: 'left', joined_at, left_at: now };
}

/** Sets a participant's state without further transitions. */
export function withState(
  call: CallWithParticipants,
  userId: string,
  state: ParticipantState,
): CallWithParticipants {
  return withParticipant(call, { ...findParticipant(call, userId)!, state });
}

function withParticipant(call: CallWithParticipants, after: ParticipantRow): CallWithParticipants {
  const others = call.participants.filter(({ user_id }) => user_id !== after.user_id);
  return { ...call, participants: [...others, after] };
}

export function findParticipant(
  { participants }: CallWithParticipants,
  userId: string,
): ParticipantRow | undefined {
  return participants.find(({ user_id }) => user_id === userId);
}
