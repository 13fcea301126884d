import type { CallDto } from '../../src/modules/calls/dto/call.dto.js';
import { removeMember } from '../../src/modules/conversations/members/members.contract.js';
import {
  CallRaceFixture,
  callDeviceOf,
  type CallRaceGroup,
} from '../support/concurrency/call-race-fixture.js';
import {
  accept,
  decline,
  end,
  leave,
  read,
  start,
  participantStates,
} from '../support/features/call-commands.js';
import { retryUnavailable } from '../support/clients/retry-unavailable.js';
import { successes, errorCodes, type Racer } from '../support/concurrency/race-fixture.js';
import { counts } from '../support/environment/counts.js';
import { expectData, Device } from '../support/clients/transports.js';
import { waitUntil } from '../support/environment/wait-until.js';

const RECONNECT_SECONDS = 3;

jest.setTimeout(Math.max(90_000, counts.callRaces * 1_000));

describe.each([
  ['one node', 1, counts.callRaces],
  ['two nodes', 2, counts.callRaces / 2],
])('Calls in many groups at once over REST and sockets, at %s,', (_name, nodeCount, count) => {
  let fixture: CallRaceFixture;

  beforeAll(async () => {
    fixture = await CallRaceFixture.create(nodeCount, count, { callReconnectSeconds: RECONNECT_SECONDS });
  });
  afterAll(() => fixture.stop());

  it('lose a member that is removed while the call rings for it, and keep the other participants', () =>
    fixture.runRace(ringOf('alice'), async ({ index, alice, bob, carol }, ringing) => {
      const [removed, answered] = await Promise.all([
        remove(alice, bob, ringing, index),
        accept(callDeviceOf(bob, index % 2, index >> 1), ringing),
        expectData(accept(callDeviceOf(carol, 0, index >> 2), ringing)),
      ]);
      expect(removed.ok).toBe(true);
      expect(['not_found']).toEqual(expect.arrayContaining(errorCodes([answered])));
      await isOut(bob, ringing);
      const states = {
        [alice.id]: 'joined',
        [carol.id]: 'joined',
        [bob.id]: answered.ok ? 'left' : 'missed',
      };
      expect(participantStates(await expectData(read(rest(alice), ringing)))).toEqual(states);
      await expectData(end(callDeviceOf(alice, 0, index), ringing));
      const last = await fixture.expectCallHistory(ringing, alice, carol);
      expect(last).toMatchObject({ endReason: 'completed', revision: answered.ok ? 5 : 4 });
    }));

  it('keep their participants or are cancelled when the caller is removed during the ringing', () =>
    fixture.runRace(ringOf('bob'), async ({ index, alice, bob, carol }, ringing) => {
      const [removed, left, answered] = await Promise.all([
        remove(alice, bob, ringing, index),
        leave(callDeviceOf(bob, 0, index >> 2), ringing),
        accept(callDeviceOf(carol, 0, index >> 1), ringing),
      ]);
      expect(removed.ok).toBe(true);
      expect(['not_found']).toEqual(expect.arrayContaining(errorCodes([left])));
      expect(['call_ended']).toEqual(expect.arrayContaining(errorCodes([answered])));
      await isOut(bob, ringing);
      if (answered.ok) {
        const states = { [alice.id]: 'ringing', [bob.id]: 'left', [carol.id]: 'joined' };
        expect(participantStates(await expectData(read(rest(alice), ringing)))).toEqual(states);
        await expectData(leave(callDeviceOf(carol, 0, index), ringing));
      }
      const last = await fixture.expectCallHistory(ringing, alice, carol);
      expect(last.endReason).toBe(answered.ok ? 'completed' : 'cancelled');
      expect(participantStates(last)).toEqual({
        [alice.id]: 'missed',
        [bob.id]: 'left',
        [carol.id]: answered.ok ? 'left' : 'missed',
      });
    }));

  it('have the right participants when members are removed or leave while others join and leave the call', () =>
    fixture.runRace(activeOf('bob', 'carol'), async ({ index, alice, bob, carol }, active) => {
      const removedUser = index % 3 === 0 ? bob : alice;
      const [removed, left, answered] = await Promise.all([
        remove(removedUser, bob, active, index),
        leave(callDeviceOf(carol, 1, index >> 1), active),
        accept(callDeviceOf(alice, 1, index >> 2), active),
      ]);
      expect([removed.ok, left.ok]).toEqual([true, true]);
      expect(['call_ended']).toEqual(expect.arrayContaining(errorCodes([answered])));
      await isOut(bob, active);
      if (answered.ok) {
        expect(await expectData(read(rest(alice), active))).toMatchObject({
          state: 'active',
          joinedCount: 1,
        });
        await expectData(leave(callDeviceOf(alice, 0, index), active));
      }
      const last = await fixture.expectCallHistory(active, alice, carol);
      expect(last.endReason).toBe('completed');
      expect(participantStates(last)).toEqual({
        [alice.id]: answered.ok ? 'left' : 'missed',
        [bob.id]: 'left',
        [carol.id]: 'left',
      });
    }));

  it('end once when all participants leave, decline or end the call', () =>
    fixture.runRace(activeOf('alice', 'carol'), async ({ index, alice, bob, carol }, active) => {
      const [ended, left, declined] = await Promise.all([
        end(callDeviceOf(alice, 0, index), active),
        leave(callDeviceOf(carol, 0, index >> 1), active),
        decline(callDeviceOf(bob, index % 2, index >> 2), active),
      ]);
      expect([ended.ok, left.ok]).toEqual([true, true]);
      expect(['call_ended']).toEqual(expect.arrayContaining(errorCodes([declined])));
      const last = await fixture.expectCallHistory(active, alice, bob, carol);
      expect(last.endReason).toBe('completed');
      expect(participantStates(last)[bob.id]).toBe(declined.ok ? 'declined' : 'missed');
    }));

  it('contain all members that start a call at once', () =>
    fixture.runRace(
      (group) => fixture.createGroup(group),
      async ({ index, alice, bob, carol }, conversationId) => {
        const phones = [alice, bob, carol].map((racer, actor) =>
          callDeviceOf(racer, index % 2, index >> actor),
        );
        const answers = await Promise.all(phones.map((phone) => start(phone, conversationId)));
        const states = successes(answers).map(({ id, revision }) => `${id} ${revision}`);
        expect(states.sort()).toEqual(
          [1, 2, 3].map((revision) => `${successes(answers)[0]!.id} ${revision}`),
        );
        await expectData(end(callDeviceOf(alice, 0, index), successes(answers)[0]!));
        await fixture.expectCallHistory(successes(answers)[0]!, alice, bob, carol);
      },
    ));

  it('remove a lost device and stay scheduled when two timeout jobs are handled at once', () =>
    fixture.runRace(
      async (group) => {
        const active = await activeOf('alice', 'carol')(group);
        const disconnectingDevice = await Device.connect(fixture.races.nodes[0]!.url, group.bob.token);
        await expectData(
          accept({ id: group.bob.id, transport: disconnectingDevice, device: disconnectingDevice }, active),
        );
        disconnectingDevice.close();
        return active;
      },
      async ({ index, alice, bob, carol }, active) => {
        await isOut(bob, active);
        const sql = `SELECT state FROM pgboss.job WHERE name = 'call.timeout' AND state < 'active' AND data->>'callId' = $1`;
        await waitUntil(async () => (await fixture.queryRows(sql, [active.id])).length === 1);
        await expectData(end(callDeviceOf(alice, 0, index), active));
        expect(participantStates(await fixture.expectCallHistory(active, alice, carol, bob))[bob.id]).toBe(
          'left',
        );
      },
      pollNow,
    ));

  const rest = ({ transports }: Racer): { rest: Racer['transports'][number] } => ({
    rest: transports[0]!,
  });

  function ringOf(caller: 'alice' | 'bob') {
    return async (group: CallRaceGroup): Promise<CallDto> => {
      const conversationId = await fixture.createGroup(group);
      return expectData(start(callDeviceOf(group[caller], 0, group.index), conversationId));
    };
  }

  function activeOf(caller: 'alice' | 'bob', callee: 'carol') {
    return async (group: CallRaceGroup): Promise<CallDto> => {
      const ringing = await ringOf(caller)(group);
      return expectData(accept(callDeviceOf(group[callee], 1, group.index), ringing));
    };
  }

  function remove(
    by: Racer,
    racer: Racer,
    { conversationId }: CallDto,
    turn: number,
  ): ReturnType<typeof request> {
    return request(by, { conversationId, userId: by === racer ? 'me' : racer.id }, turn);
  }

  function request(by: Racer, input: object, turn: number): Promise<{ ok: boolean }> {
    const { transport } = callDeviceOf(by, turn % 2, turn >> 1);
    return retryUnavailable(() => transport.request<object, object>(removeMember, input));
  }

  async function isOut({ id }: Racer, call: CallDto): Promise<void> {
    const sql = `SELECT FROM call_participants WHERE call_id = $1 AND user_id = $2 AND state IN ('joined', 'ringing')`;
    await waitUntil(async () => (await fixture.queryRows(sql, [call.id, id])).length === 0, {
      within: 30_000,
    });
  }

  /** Makes the timeout job of each call and the job of the lost device due at the same time. */
  async function pollNow(calls: CallDto[]): Promise<void> {
    const jobs = `pgboss.job WHERE name = 'call.timeout' AND state = 'created' AND data->>'callId' = ANY ($1)`;
    const ids = calls.map(({ id }) => id);
    await waitUntil(
      async () => (await fixture.queryRows(`SELECT FROM ${jobs}`, [ids])).length === 2 * calls.length,
    );
    await fixture.queryRows(
      `UPDATE pgboss.job SET created_on = first.at, start_after = last.at
       FROM (SELECT data->>'callId' AS id, min(created_on) AS at FROM ${jobs} GROUP BY 1) first,
         (SELECT max(disconnected_at) + make_interval(secs => $2) AS at FROM call_participants) last
       WHERE name = 'call.timeout' AND state = 'created' AND data->>'callId' = first.id`,
      [ids, RECONNECT_SECONDS],
    );
  }
});
