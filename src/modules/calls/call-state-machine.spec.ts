import fc from 'fast-check';
import type { ParticipantState } from '../messages/dto/call-state.dto.js';
import {
  declineCall,
  endCall,
  removeParticipant,
  invitedParticipant,
  joinCall,
  leaveCall,
  findParticipant,
  joinedParticipant,
  expireRinging,
  resolveCallState,
} from './call-state-machine.js';
import type { ParticipantRow, CallWithParticipants } from './dto/call.dto.js';

const ALICE = 'alice';
const GROUP = 'bob ringing, carol ringing';
const STATES = ['ringing', 'active', 'ended'];

const at = (second: number): Date => new Date(second * 1_000);
const presence = (userId: string, second: number): Parameters<typeof joinCall>[1] => ({
  userId,
  deviceId: `the phone of ${userId}`,
  socketId: `the socket of ${userId}`,
  now: at(second),
  leaseExpiresAt: at(second + 60),
});

/** Call of alice with the initial states of her callees. */
function startCall(callees: Record<string, ParticipantState>, isDm: boolean): CallWithParticipants {
  const others = Object.entries(callees).map(([userId, state]) => invitedParticipant(userId, state));
  const call: CallWithParticipants = {
    id: 'call',
    conversation_id: 'conversation',
    message_id: 'message',
    type: 'voice',
    topology: 'mesh',
    state: 'ringing',
    created_by: ALICE,
    revision: 1,
    ring_expires_at: at(45),
    started_at: null,
    ended_at: null,
    end_reason: null,
    is_dm: isDm,
    participants: [joinedParticipant(presence(ALICE, 0)), ...others],
  };
  return resolveCallState(call, at(0));
}

type Step = (call: CallWithParticipants, userId: string, second: number) => CallWithParticipants;

const STEPS = {
  join: (call, userId, second) => joinCall(call, presence(userId, second)),
  decline: (call, userId, second) => declineCall(call, userId, at(second)),
  leave: (call, userId, second) => leaveCall(call, userId, at(second)),
  loseConnection: (call, userId, second) => leaveCall(call, userId, at(second), { lost: true }),
  removeAccess: (call, userId, second) => removeParticipant(call, userId, at(second)),
  expireRinging: (call, _userId, second) => expireRinging(call, at(second)),
  end: (call, _userId, second) => endCall(call, at(second)),
} satisfies Record<string, Step>;

type StepName = keyof typeof STEPS;

/** Whether the services would allow the step. */
function isAllowed(call: CallWithParticipants, name: StepName, userId: string): boolean {
  const state = findParticipant(call, userId)?.state;
  if (call.state === 'ended') return false;
  if (name === 'decline') return state === 'ringing';
  if (name === 'leave' || name === 'loseConnection') return state === 'joined';
  return name !== 'expireRinging' || call.state === 'ringing';
}

describe('The state machine of a call', () => {
  it('reaches only possible states in random orders of steps', () => {
    const isDm = fc.boolean();
    const first = fc.constantFrom<ParticipantState>('ringing', 'ringing', 'ringing', 'busy', 'invited');
    const step = fc.record({
      name: fc.constantFrom(...(Object.keys(STEPS) as StepName[])),
      who: fc.nat({ max: 3 }),
      pause: fc.nat({ max: 5 }),
    });
    fc.assert(
      fc.property(
        isDm,
        fc.array(first, { minLength: 1, maxLength: 3 }),
        fc.array(step),
        (dm, states, steps) => {
          const callees = (dm ? states.slice(0, 1) : states).map((state, index) => [`user ${index}`, state]);
          let call = startCall(Object.fromEntries(callees) as Record<string, ParticipantState>, dm);
          expect(findImpossibleFacts(call)).toEqual([]);
          const ids = call.participants.map(({ user_id }) => user_id).sort();
          let second = 0;
          for (const { name, who, pause } of steps) {
            second += pause;
            const userId = ids[who % ids.length]!;
            if (!isAllowed(call, name, userId)) continue;
            const before = call;
            call = STEPS[name](before, userId, second);
            expect(findImpossibleFacts(call)).toEqual([]);
            expect(STATES.indexOf(call.state)).toBeGreaterThanOrEqual(STATES.indexOf(before.state));
            expect(call.started_at).toEqual(before.started_at ?? call.started_at);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['hung up', 'bob ringing', 'join bob, leave alice', 'completed: alice left, bob left'],
    ['hung up by the other', 'bob ringing', 'join bob, leave bob', 'completed: alice left, bob left'],
    ['cut off', 'bob ringing', 'join bob, loseConnection bob', 'failed: alice left, bob left'],
    ['ended', 'bob ringing', 'join bob, end bob', 'completed: alice left, bob left'],
    ['declined', 'bob ringing', 'decline bob', 'declined: alice left, bob declined'],
    ['cancelled', 'bob ringing', 'leave alice', 'cancelled: alice left, bob missed'],
    ['cancelled by its end', 'bob ringing', 'end alice', 'cancelled: alice left, bob missed'],
    ['cut off while it rang', 'bob ringing', 'loseConnection alice', 'failed: alice left, bob missed'],
    ['missed', 'bob ringing', 'expireRinging alice', 'missed: alice left, bob missed'],
    ['over at once when all callees are busy', 'bob busy', '', 'busy: alice left, bob busy'],
    ['declined by one of all', GROUP, 'decline bob', 'on: alice joined, bob declined, carol ringing'],
    [
      'declined by all',
      GROUP,
      'decline bob, decline carol',
      'declined: alice left, bob declined, carol declined',
    ],
    [
      'declined by the callee that was not busy',
      'bob busy, carol ringing',
      'decline carol',
      'declined: alice left, bob busy, carol declined',
    ],
    [
      'open to callees that are unreachable',
      'bob invited, carol invited',
      '',
      'on: alice joined, bob invited, carol invited',
    ],
    [
      'on when the caller leaves',
      GROUP,
      'join bob, leave alice',
      'on: alice left, bob joined, carol ringing',
    ],
    [
      'left by all',
      GROUP,
      'join bob, leave alice, leave bob',
      'completed: alice left, bob left, carol missed',
    ],
    [
      'left, and then cut off',
      GROUP,
      'join bob, leave alice, loseConnection bob',
      'failed: alice left, bob left, carol missed',
    ],
    ['on when a callee is removed', GROUP, 'removeAccess bob', 'on: alice joined, bob missed, carol ringing'],
    [
      'missed after the removal of all callees',
      GROUP,
      'removeAccess bob, removeAccess carol',
      'missed: alice left, bob missed, carol missed',
    ],
    [
      'cancelled after the removal of the caller',
      GROUP,
      'removeAccess alice',
      'cancelled: alice left, bob missed, carol missed',
    ],
    [
      'open to a callee that declined',
      GROUP,
      'decline bob, join carol, join bob',
      'on: alice joined, bob joined, carol joined',
    ],
  ])('is %s', (_what, callees, steps, outcome) => {
    const started = startCall(parseStates(callees), !callees.includes(','));
    const last = parsePairs<StepName>(steps).reduce(
      (call, [name, userId], index) => STEPS[name](call, userId, index + 1),
      started,
    );
    const [end_reason, states] = outcome.split(': ');
    expect(last.end_reason ?? 'on').toBe(end_reason);
    expect(Object.fromEntries(last.participants.map(({ user_id, state }) => [user_id, state]))).toEqual(
      parseStates(states!),
    );
  });

  it('returns the same call when nothing changes', () => {
    const declined = declineCall(startCall(parseStates(GROUP), false), 'bob', at(1));
    expect(removeParticipant(declined, 'bob', at(2))).toBe(declined);
    expect(removeParticipant(declined, 'dave', at(2))).toBe(declined);
  });

  it('keeps the join time of a user that changes the device', () => {
    const active = joinCall(startCall({ bob: 'ringing' }, true), presence('bob', 10));
    const moved = joinCall(active, { ...presence('bob', 20), deviceId: 'tablet' });
    expect(findParticipant(moved, 'bob')).toMatchObject({
      joined_at: at(10),
      device_id: 'tablet',
      disconnected_at: null,
    });
    expect([moved.state, moved.started_at]).toEqual(['active', at(10)]);
  });
});

/** `bob ringing, carol busy` */
function parseStates(text: string): Record<string, ParticipantState> {
  return Object.fromEntries(parsePairs(text)) as Record<string, ParticipantState>;
}

/** `join bob, leave alice` */
function parsePairs<First extends string>(text: string): [First, string][] {
  return text
    .split(', ')
    .filter(Boolean)
    .map((pair) => pair.split(' ') as [First, string]);
}

/** The call invariants of `pnpm check:history` (tools/check-history/call-invariants.ts). */
function findImpossibleFacts(call: CallWithParticipants): string[] {
  const { state, participants, started_at, ended_at, end_reason, created_by } = call;
  const joined = participants.filter((one) => one.state === 'joined').map(({ user_id }) => user_id);
  const isUnanswered = ['declined', 'cancelled', 'missed', 'busy'].includes(end_reason!);
  const facts: Record<string, boolean> = {
    'an ended call has no joined or ringing participant':
      state !== 'ended' || participants.every((one) => one.state !== 'joined' && one.state !== 'ringing'),
    'only the caller has joined a ringing call': state !== 'ringing' || joined.join() === created_by,
    'an active call has joined participants': state !== 'active' || joined.length >= (call.is_dm ? 2 : 1),
    'the caller has joined or left': ['joined', 'left'].includes(
      findParticipant(call, created_by)?.state ?? '',
    ),
    'only an ended call has an end time and an end reason':
      (state === 'ended') === (!!ended_at && !!end_reason) && !ended_at === !end_reason,
    'only an answered call has a start time, before its end time':
      state === 'ringing' || isUnanswered
        ? !started_at
        : (!!started_at || end_reason === 'failed') && !(ended_at && started_at && started_at > ended_at),
    'each participant is listed once, in a possible state':
      new Set(participants.map(({ user_id }) => user_id)).size === participants.length &&
      participants.every(isPossible),
  };
  return Object.keys(facts).filter((fact) => !facts[fact]);
}

function isPossible({
  state,
  joined_at,
  left_at,
  device_id,
  lease_expires_at,
  disconnected_at,
}: ParticipantRow): boolean {
  if (state === 'joined')
    return !!joined_at && !!device_id && !!lease_expires_at && (!left_at || left_at <= joined_at);
  if (device_id || lease_expires_at || disconnected_at) return false;
  return state === 'left' ? !!joined_at && !!left_at && joined_at <= left_at : !joined_at && !left_at;
}
