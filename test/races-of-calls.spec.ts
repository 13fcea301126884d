import { setTimeout as sleep } from 'node:timers/promises';
import type { CallDto } from '../src/modules/calls/dto/call.dto.js';
import { CallTables, phoneOf, type Table } from './proof/call-tables.js';
import { accept, decline, end, leave, start, statesIn } from './proof/calling.js';
import { granted, refusals } from './proof/race-scene.js';
import { withSeed } from './proof/random.js';
import { counts } from './setup/counts.js';
import { type Answer, data, refusal } from './setup/doors.js';
import { until } from './setup/until.js';

/** In about this time so many calls that stop ringing at once are looked at. */
const LOOKS_MS = 400;

jest.setTimeout(Math.max(90_000, counts.callRaces * 1_000));

describe.each([
  ['one node', 1, counts.callRaces],
  ['two nodes', 2, counts.callRaces / 2],
])('Calls in many DMs at once, over REST and sockets at %s,', (_name, nodeCount, count) => {
  let tables: CallTables;

  beforeAll(async () => {
    tables = await CallTables.at(nodeCount, count);
  });
  afterAll(() => tables.stop());

  it('that both devices of the callee answer: one of them is in it', () =>
    tables.race(ring, async ({ index, alice, bob }, ringing) => {
      const phones = [phoneOf(bob, 0, index), phoneOf(bob, 1, index >> 1)];
      const answers = await Promise.all(phones.map((phone) => accept(phone, ringing)));
      expect(granted(answers)).toMatchObject([{ state: 'active', revision: 2, joinedCount: 2 }]);
      expect(refusals(answers)).toEqual(['answered_elsewhere']);
      const winner = phones[answers.findIndex(({ ok }) => ok)]!;
      const sql = 'SELECT device_id FROM call_participants WHERE call_id = $1 AND user_id = $2';
      const [row] = await tables.rows<{ device_id: string }>(sql, [ringing.id, bob.id]);
      expect(row!.device_id).toBe(winner.device.socket.id);
      await data(leave(winner, ringing));
      expectAnswered(await tables.storyOf(ringing, alice, bob));
    }));

  it('that are answered and cancelled: they were answered, or they were not', () =>
    tables.race(ring, async ({ index, alice, bob }, ringing) => {
      const [answered] = await Promise.all([
        accept(phoneOf(bob, index % 2, index), ringing),
        data(leave(phoneOf(alice, 0, index >> 1), ringing)),
      ]);
      const last = await tables.storyOf(ringing, alice, bob);
      if (answered.ok) expectAnswered(last);
      else expectUnanswered(answered, last, 'cancelled', bob.id);
    }));

  it('that are answered as they stop ringing: they were answered, or they were missed', () =>
    withSeed((random) =>
      tables.race(
        ring,
        async ({ index, alice, bob }, ringing) => {
          await sleep(random() * LOOKS_MS);
          const answered = await accept(phoneOf(bob, index % 2, index), ringing);
          await until(async () => !(await isLookDue(ringing)), { within: 30_000 });
          if (answered.ok) await data(leave(phoneOf(alice, 0, index), ringing));
          const last = await tables.storyOf(ringing, alice, bob);
          if (answered.ok) expectAnswered(last);
          else expectUnanswered(answered, last, 'missed', bob.id);
        },
        stopRinging,
      ),
    ));

  it('of two who call each other: they meet, and who ends it and who leaves it end it once', () =>
    tables.race(nothing, async ({ index, alice, bob, dm }) => {
      const [here, there] = [phoneOf(alice, index % 2, index), phoneOf(bob, 0, index >> 1)];
      const [one, other] = await Promise.all([data(start(here, dm)), data(start(there, dm))]);
      expect(other.id).toBe(one.id);
      expect([one.revision, other.revision].sort()).toEqual([1, 2]);
      expect([one.state, other.state].sort()).toEqual(['active', 'ringing']);
      const [ended] = await Promise.all([end(here, one), data(leave(there, one))]);
      expect(['call_ended']).toEqual(expect.arrayContaining(refusals([ended])));
      expectAnswered(await tables.storyOf(one, alice, bob));
    }));

  it('that one device answers and the other declines: one of them decides', () =>
    tables.race(ring, async ({ index, alice, bob }, ringing) => {
      const [answered, declined] = await Promise.all([
        accept(phoneOf(bob, 0, index), ringing),
        decline(phoneOf(bob, 1, index >> 1), ringing),
      ]);
      if (answered.ok) await data(leave(phoneOf(alice, 0, index), ringing));
      const last = await tables.storyOf(ringing, alice, bob);
      if (answered.ok) expect(refusals([declined])).toEqual(['not_ringing']);
      if (answered.ok) expectAnswered(last);
      else expectUnanswered(answered, last, 'declined', bob.id);
    }));

  it('that are begun twice, because the answer was late: they are one', () =>
    tables.race(nothing, async ({ index, alice, bob, dm }) => {
      const asked = { clientId: `late ${index} ${performance.now()}` };
      const phones = [phoneOf(alice, 0, 0), phoneOf(alice, 0, 1), phoneOf(alice, 0, index)];
      const answers = await Promise.all(phones.map((phone) => data(start(phone, dm, asked))));
      expect(new Set(answers.map(({ id, revision }) => `${id} ${revision}`)).size).toBe(1);
      await data(leave(phones[index % 2]!, answers[0]!));
      expect(await data(start(phones[0]!, dm, asked))).toMatchObject({ id: answers[0]!.id, revision: 2 });
      await tables.storyOf(answers[0]!, alice, bob);
    }));

  it('to somebody who is answering another: they find them busy, or cannot be answered', () =>
    tables.race(ringOfCarol, async ({ index, alice, bob, carol, dm }, ringing) => {
      const phone = phoneOf(bob, 0, index >> 1);
      const caller = phoneOf(alice, index % 2, index);
      const [call] = await Promise.all([data(start(caller, dm)), data(accept(phone, ringing))]);
      const bobIs = statesIn(call)[bob.id];
      if (bobIs === 'ringing') {
        expect(await refusal(accept(phone, call))).toBe('in_another_call');
        await data(leave(caller, call));
      }
      const last = await tables.storyOf(call, alice, bob);
      expect(last.endReason).toBe(bobIs === 'ringing' ? 'cancelled' : 'busy');
      await data(leave(phone, ringing));
      expectAnswered(await tables.storyOf(ringing, carol, bob));
    }));

  it('that ring together and are both answered: one is', () =>
    tables.race(
      (table) => Promise.all([ring(table), ringOfCarol(table)]),
      async ({ index, alice, bob, carol }, both) => {
        const answers = await Promise.all(
          both.map((ringing, which) => accept(phoneOf(bob, which, index >> which), ringing)),
        );
        expect(granted(answers)).toHaveLength(1);
        expect(refusals(answers)).toEqual(['in_another_call']);
        for (const [which, caller] of [alice, carol].entries()) {
          await data(leave(phoneOf(caller, 0, index), both[which]!));
          const last = await tables.storyOf(both[which]!, caller, bob);
          if (answers[which]!.ok) expectAnswered(last);
          else expect(last).toMatchObject({ endReason: 'cancelled', revision: 2, startedAt: null });
        }
      },
    ));

  const ring = ({ index, alice, bob, dm }: Table): Promise<CallDto> =>
    rung(data(start(phoneOf(alice, 0, index), dm)), bob.id);

  const ringOfCarol = ({ index, carol, bob, otherDm }: Table): Promise<CallDto> =>
    rung(data(start(phoneOf(carol, 0, index), otherDm)), bob.id);

  async function rung(asked: Promise<CallDto>, userId: string): Promise<CallDto> {
    const ringing = await asked;
    const racer = tables.scene.racers.find(({ id }) => id === userId)!;
    for (const ears of tables.scene.earsOf(racer)) {
      const heard = (): unknown[] =>
        ears
          .flatMap((device) => device.heard)
          .filter(({ name, payload }) => name === 'call.ring' && payload.id === ringing.id)
          .map(({ payload }) => payload);
      await until(() => heard().length > 0);
      expect(heard()).toEqual([ringing]);
    }
    return ringing;
  }

  /** As if they had been ringing for long: the first of them is missed, the others are about to be. */
  async function stopRinging(ringing: CallDto[]): Promise<void> {
    const ids = ringing.map(({ id }) => id);
    await tables.rows(
      `WITH soon AS (UPDATE calls SET ring_expires_at = now() WHERE id = ANY ($1) RETURNING id)
       UPDATE pgboss.job SET start_after = now() FROM soon WHERE name = 'call.watch' AND singleton_key = soon.id::text`,
      [ids],
    );
    const sql = "SELECT FROM calls WHERE id = ANY ($1) AND state = 'ended' LIMIT 1";
    await until(async () => (await tables.rows(sql, [ids])).length > 0);
  }

  async function isLookDue({ id }: CallDto): Promise<boolean> {
    const sql = `SELECT FROM pgboss.job WHERE name = 'call.watch' AND state < 'active' AND start_after < now()
      AND data->>'callId' = $1`;
    return (await tables.rows(sql, [id])).length > 0;
  }
});

const nothing = (): Promise<void> => Promise.resolve();

function expectAnswered(last: CallDto): void {
  expect(last).toMatchObject({ endReason: 'completed', revision: 3, joinedCount: 0 });
  expect(Object.values(statesIn(last))).toEqual(['left', 'left']);
}

function expectUnanswered(
  answered: Answer<CallDto>,
  last: CallDto,
  reason: CallDto['endReason'],
  calleeId: string,
): void {
  expect(refusals([answered])).toEqual(['call_ended']);
  expect(last).toMatchObject({ endReason: reason, revision: 2, startedAt: null });
  expect(statesIn(last)).toEqual({
    [last.createdBy]: 'left',
    [calleeId]: reason === 'declined' ? 'declined' : 'missed',
  });
}
