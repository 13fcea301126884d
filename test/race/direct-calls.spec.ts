import { setTimeout as sleep } from 'node:timers/promises';
import type { CallDto } from '../../src/modules/calls/dto/call.dto.js';
import {
  CallRaceFixture,
  callDeviceOf,
  type CallRaceGroup,
} from '../support/concurrency/call-race-fixture.js';
import { accept, decline, end, leave, start, participantStates } from '../support/features/call-commands.js';
import { successes, errorCodes } from '../support/concurrency/race-fixture.js';
import { withSeed } from '../support/environment/random.js';
import { counts } from '../support/environment/counts.js';
import { type Answer, expectData, expectErrorCode } from '../support/clients/transports.js';
import { waitUntil } from '../support/environment/wait-until.js';

/** Time, in ms, in which the timeouts of so many simultaneous calls are handled. */
const POLL_INTERVAL_MS = 400;

jest.setTimeout(Math.max(90_000, counts.callRaces * 1_000));

describe.each([
  ['one node', 1, counts.callRaces],
  ['two nodes', 2, counts.callRaces / 2],
])('Calls in many DMs at once over REST and sockets, at %s,', (_name, nodeCount, count) => {
  let fixture: CallRaceFixture;

  beforeAll(async () => {
    fixture = await CallRaceFixture.create(nodeCount, count);
  });
  afterAll(() => fixture.stop());

  it('have one device in the call when both devices of the callee answer', () =>
    fixture.runRace(ring, async ({ index, alice, bob }, ringing) => {
      const phones = [callDeviceOf(bob, 0, index), callDeviceOf(bob, 1, index >> 1)];
      const answers = await Promise.all(phones.map((phone) => accept(phone, ringing)));
      expect(successes(answers)).toMatchObject([{ state: 'active', revision: 2, joinedCount: 2 }]);
      expect(errorCodes(answers)).toEqual(['answered_elsewhere']);
      const winner = phones[answers.findIndex(({ ok }) => ok)]!;
      const sql = 'SELECT device_id FROM call_participants WHERE call_id = $1 AND user_id = $2';
      const [row] = await fixture.queryRows<{ device_id: string }>(sql, [ringing.id, bob.id]);
      expect(row!.device_id).toBe(winner.device.socket.id);
      await expectData(leave(winner, ringing));
      expectAnswered(await fixture.expectCallHistory(ringing, alice, bob));
    }));

  it('are either answered or cancelled when both happen at once', () =>
    fixture.runRace(ring, async ({ index, alice, bob }, ringing) => {
      const [answered] = await Promise.all([
        accept(callDeviceOf(bob, index % 2, index), ringing),
        expectData(leave(callDeviceOf(alice, 0, index >> 1), ringing)),
      ]);
      const last = await fixture.expectCallHistory(ringing, alice, bob);
      if (answered.ok) expectAnswered(last);
      else expectUnanswered(answered, last, 'cancelled', bob.id);
    }));

  it('are either answered or missed when the answer meets the end of the ringing', () =>
    withSeed((random) =>
      fixture.runRace(
        ring,
        async ({ index, alice, bob }, ringing) => {
          await sleep(random() * POLL_INTERVAL_MS);
          const answered = await accept(callDeviceOf(bob, index % 2, index), ringing);
          await waitUntil(async () => !(await isPollDue(ringing)), { within: 30_000 });
          if (answered.ok) await expectData(leave(callDeviceOf(alice, 0, index), ringing));
          const last = await fixture.expectCallHistory(ringing, alice, bob);
          if (answered.ok) expectAnswered(last);
          else expectUnanswered(answered, last, 'missed', bob.id);
        },
        stopRinging,
      ),
    ));

  it('are one call when two users call each other, and end once when one ends it and the other leaves', () =>
    fixture.runRace(nothing, async ({ index, alice, bob, dm }) => {
      const [here, there] = [callDeviceOf(alice, index % 2, index), callDeviceOf(bob, 0, index >> 1)];
      const [one, other] = await Promise.all([expectData(start(here, dm)), expectData(start(there, dm))]);
      expect(other.id).toBe(one.id);
      expect([one.revision, other.revision].sort()).toEqual([1, 2]);
      expect([one.state, other.state].sort()).toEqual(['active', 'ringing']);
      const [ended] = await Promise.all([end(here, one), expectData(leave(there, one))]);
      expect(['call_ended']).toEqual(expect.arrayContaining(errorCodes([ended])));
      expectAnswered(await fixture.expectCallHistory(one, alice, bob));
    }));

  it('are decided by one device when one answers and the other declines', () =>
    fixture.runRace(ring, async ({ index, alice, bob }, ringing) => {
      const [answered, declined] = await Promise.all([
        accept(callDeviceOf(bob, 0, index), ringing),
        decline(callDeviceOf(bob, 1, index >> 1), ringing),
      ]);
      if (answered.ok) await expectData(leave(callDeviceOf(alice, 0, index), ringing));
      const last = await fixture.expectCallHistory(ringing, alice, bob);
      if (answered.ok) expect(errorCodes([declined])).toEqual(['not_ringing']);
      if (answered.ok) expectAnswered(last);
      else expectUnanswered(answered, last, 'declined', bob.id);
    }));

  it('are one call when the start is repeated after a late answer', () =>
    fixture.runRace(nothing, async ({ index, alice, bob, dm }) => {
      const input = { clientId: `late ${index} ${performance.now()}` };
      const phones = [callDeviceOf(alice, 0, 0), callDeviceOf(alice, 0, 1), callDeviceOf(alice, 0, index)];
      const answers = await Promise.all(phones.map((phone) => expectData(start(phone, dm, input))));
      expect(new Set(answers.map(({ id, revision }) => `${id} ${revision}`)).size).toBe(1);
      await expectData(leave(phones[index % 2]!, answers[0]!));
      expect(await expectData(start(phones[0]!, dm, input))).toMatchObject({
        id: answers[0]!.id,
        revision: 2,
      });
      await fixture.expectCallHistory(answers[0]!, alice, bob);
    }));

  it('find a callee that is answering another call busy, or cannot be answered', () =>
    fixture.runRace(ringOfCarol, async ({ index, alice, bob, carol, dm }, ringing) => {
      const phone = callDeviceOf(bob, 0, index >> 1);
      const caller = callDeviceOf(alice, index % 2, index);
      const [call] = await Promise.all([expectData(start(caller, dm)), expectData(accept(phone, ringing))]);
      const stateOfBob = participantStates(call)[bob.id];
      if (stateOfBob === 'ringing') {
        expect(await expectErrorCode(accept(phone, call))).toBe('in_another_call');
        await expectData(leave(caller, call));
      }
      const last = await fixture.expectCallHistory(call, alice, bob);
      expect(last.endReason).toBe(stateOfBob === 'ringing' ? 'cancelled' : 'busy');
      await expectData(leave(phone, ringing));
      expectAnswered(await fixture.expectCallHistory(ringing, carol, bob));
    }));

  it('connect one call when two calls ring and both are answered', () =>
    fixture.runRace(
      (group) => Promise.all([ring(group), ringOfCarol(group)]),
      async ({ index, alice, bob, carol }, both) => {
        const answers = await Promise.all(
          both.map((ringing, which) => accept(callDeviceOf(bob, which, index >> which), ringing)),
        );
        expect(successes(answers)).toHaveLength(1);
        expect(errorCodes(answers)).toEqual(['in_another_call']);
        for (const [which, caller] of [alice, carol].entries()) {
          await expectData(leave(callDeviceOf(caller, 0, index), both[which]!));
          const last = await fixture.expectCallHistory(both[which]!, caller, bob);
          if (answers[which]!.ok) expectAnswered(last);
          else expect(last).toMatchObject({ endReason: 'cancelled', revision: 2, startedAt: null });
        }
      },
    ));

  const ring = ({ index, alice, bob, dm }: CallRaceGroup): Promise<CallDto> =>
    expectRinging(expectData(start(callDeviceOf(alice, 0, index), dm)), bob.id);

  const ringOfCarol = ({ index, carol, bob, otherDm }: CallRaceGroup): Promise<CallDto> =>
    expectRinging(expectData(start(callDeviceOf(carol, 0, index), otherDm)), bob.id);

  async function expectRinging(pending: Promise<CallDto>, userId: string): Promise<CallDto> {
    const ringing = await pending;
    const racer = fixture.races.racers.find(({ id }) => id === userId)!;
    for (const devices of fixture.races.groupDevices(racer)) {
      const received = (): unknown[] =>
        devices
          .flatMap((device) => device.events)
          .filter(({ name, payload }) => name === 'call.ring' && payload.id === ringing.id)
          .map(({ payload }) => payload);
      await waitUntil(() => received().length > 0);
      expect(received()).toEqual([ringing]);
    }
    return ringing;
  }

  /** Moves the start of the ringing into the past: the first call is overdue, the others are nearly due. */
  async function stopRinging(ringing: CallDto[]): Promise<void> {
    const ids = ringing.map(({ id }) => id);
    await fixture.queryRows(
      `WITH soon AS (UPDATE calls SET ring_expires_at = now() WHERE id = ANY ($1) RETURNING id)
       UPDATE pgboss.job SET start_after = now() FROM soon WHERE name = 'call.timeout' AND singleton_key = soon.id::text`,
      [ids],
    );
    const sql = "SELECT FROM calls WHERE id = ANY ($1) AND state = 'ended' LIMIT 1";
    await waitUntil(async () => (await fixture.queryRows(sql, [ids])).length > 0);
  }

  async function isPollDue({ id }: CallDto): Promise<boolean> {
    const sql = `SELECT FROM pgboss.job WHERE name = 'call.timeout' AND state < 'active' AND start_after < now()
      AND data->>'callId' = $1`;
    return (await fixture.queryRows(sql, [id])).length > 0;
  }
});

const nothing = (): Promise<void> => Promise.resolve();

function expectAnswered(last: CallDto): void {
  expect(last).toMatchObject({ endReason: 'completed', revision: 3, joinedCount: 0 });
  expect(Object.values(participantStates(last))).toEqual(['left', 'left']);
}

function expectUnanswered(
  answered: Answer<CallDto>,
  last: CallDto,
  reason: CallDto['endReason'],
  calleeId: string,
): void {
  expect(errorCodes([answered])).toEqual(['call_ended']);
  expect(last).toMatchObject({ endReason: reason, revision: 2, startedAt: null });
  expect(participantStates(last)).toEqual({
    [last.createdBy]: 'left',
    [calleeId]: reason === 'declined' ? 'declined' : 'missed',
  });
}
