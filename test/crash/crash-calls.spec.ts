import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { acceptCall, endCall } from '../../src/modules/calls/calls.contract.js';
import type { CallEndReason } from '../../src/modules/messages/dto/call-state.dto.js';
import { expectInvariants } from '../support/concurrency/invariants.js';
import { type CallOutcome, type CrashCall, CrashCalls } from '../support/concurrency/crash-calls.js';
import { type Random, withSeed } from '../support/environment/random.js';
import { counts } from '../support/environment/counts.js';
import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';
import { expectData } from '../support/clients/transports.js';
import { RestartableServer } from '../support/servers/restartable-server.js';
import { waitUntil } from '../support/environment/wait-until.js';

/** Longer than the ringing: the lease of a caller without a socket does not end the call before. */
const LEASE_SECONDS = 8;
const SETTINGS = {
  CALL_RING_SECONDS: '7',
  CALL_LEASE_SECONDS: String(LEASE_SECONDS),
  CALL_RECONNECT_SECONDS: '2',
};
/** Lower bound of the kill time, in ms: shortly before the first ringing ends. */
const UPTIME_MS = 5_500;
const TIMES = { spread: 2_500, ringFrom: 0, ringSpread: 5_500, disconnectAfter: 4_000 };
/** Minimum downtime and its random addition, in ms, without the start of the server. */
const DOWNTIME_MS = 700;
const EXTRA_DOWNTIME_MS = 600;
/**
 * Margin for an answer before the end of the ringing, or a return before the end of a lease, on a slow
 * machine.
 */
const MARGIN_MS = 2_000;
/** Upper bound for a slow machine. The test prints the median. */
const MAX_DELAY_MS = 30_000;

jest.setTimeout(Math.max(120_000, counts.callCrashes * 30_000));

interface Row {
  id: string;
  state: string;
  end_reason: CallEndReason | null;
  ended_at: Date | null;
  /** Expiry of the first lease of an active call, else of the ringing. */
  deadline: Date;
  states: string[];
}

describe('Calls during a kill of the server', () => {
  let database: TestDatabase;
  let server: RestartableServer;
  let sql: Client;

  beforeAll(async () => {
    database = await createDatabase();
    server = await RestartableServer.start(database.url, SETTINGS);
    sql = new Client({ connectionString: database.url });
    await sql.connect();
  });
  afterAll(async () => {
    await server.kill();
    await sql.end();
    await database.drop();
  });

  it('ring and continue where possible, and otherwise end as soon as the server is back', () =>
    withSeed(async (random) => {
      const crashCalls = await CrashCalls.create(server);
      const [endedDuringDowntime, endedLater]: [number[], number[]] = [[], []];
      const counted = { answered: 0, reconnected: 0 };
      for (let kill = 1; kill <= counts.callCrashes; kill++) {
        const [calls, before] = await startCallsUntilKill(crashCalls, random);
        await server.start();
        const restartedAt = Date.now();
        const answered = await answerRingingCalls(calls, before, restartedAt);
        const hasEnded = ({ outcome, call }: CrashCall): boolean =>
          outcome !== 'reconnected' && !answered.has(call.id);
        const ended = calls.filter(hasEnded);
        await waitUntil(
          async () => [...(await rowsOf(ended)).values()].every(({ state }) => state === 'ended'),
          {
            within: MAX_DELAY_MS,
          },
        );
        const after = await rowsOf(calls);
        for (const { outcome, call } of ended) {
          const { deadline, state } = before.get(call.id)!;
          const row = after.get(call.id)!;
          expectEnded(outcome, row, deadline);
          if (state === 'ended') continue;
          const delay = row.ended_at!.getTime() - Math.max(deadline.getTime(), restartedAt);
          (deadline.getTime() < restartedAt ? endedDuringDowntime : endedLater).push(delay);
        }
        counted.answered += answered.size;
        counted.reconnected += await endReconnectedCalls(calls, before, restartedAt);
        await expectInvariants(sql);
        for (const { sockets } of calls) for (const socket of sockets) socket.disconnect();
      }
      expect(server.stderr).toBe('');
      const { answered, reconnected } = counted;
      report(
        `${counts.callCrashes} kills: ${endedDuringDowntime.length} timers expired during the downtime, applied`,
        endedDuringDowntime,
      );
      report(
        `${endedLater.length} timers expired later (${answered} calls were answered, ${reconnected} continued), applied`,
        endedLater,
      );
      // In a single kill on a slow machine, the start of the server may take longer than the ringing and the leases.
      if (counts.callCrashes > 1)
        expect(
          Math.min(endedDuringDowntime.length, endedLater.length, answered, reconnected),
        ).toBeGreaterThan(0);
    }));

  /** Starts twenty calls and kills the server. Returns the calls with their state at the kill. */
  async function startCallsUntilKill(
    crashCalls: CrashCalls,
    random: Random,
  ): Promise<[CrashCall[], Map<string, Row>]> {
    const uptime = sleep(UPTIME_MS + random() * 500);
    const calls = await crashCalls.startCalls(TIMES, random);
    await uptime;
    await server.kill();
    for (const { outcome, sockets } of calls) if (outcome === 'absent') sockets[1]!.disconnect();
    await extendCalls(calls.filter(({ outcome }, index) => outcome === 'reconnected' || index % 2 === 0));
    const before = await rowsOf(calls);
    await sleep(DOWNTIME_MS + random() * EXTRA_DOWNTIME_MS);
    return [calls, before];
  }

  /** Leaves a slow server time for calls that are answered or continued: no test waits for their end. */
  async function extendCalls(calls: CrashCall[]): Promise<void> {
    const lasting = calls.filter(({ outcome }) => outcome === 'ringing' || outcome === 'reconnected');
    const ids = lasting.map(({ call }) => call.id);
    await sql.query(
      `UPDATE calls SET ring_expires_at = ring_expires_at + interval '60 s' WHERE state = 'ringing' AND id = ANY ($1)`,
      [ids],
    );
    await sql.query(
      `UPDATE call_participants SET lease_expires_at = lease_expires_at + interval '60 s' WHERE state = 'joined' AND call_id = ANY ($1)`,
      [ids],
    );
  }

  async function rowsOf(calls: Pick<CrashCall, 'call'>[]): Promise<Map<string, Row>> {
    const { rows } = await sql.query<Row>(
      `SELECT c.id, c.state, end_reason, ended_at, CASE c.state WHEN 'active' THEN min(lease_expires_at) ELSE ring_expires_at END AS deadline,
         array_agg(p.state ORDER BY p.state) AS states
       FROM calls c JOIN call_participants p ON p.call_id = c.id WHERE c.id = ANY ($1) GROUP BY c.id`,
      [calls.map(({ call }) => call.id)],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Answers and ends the calls with enough ringing time left. Returns their ids. */
  async function answerRingingCalls(
    calls: CrashCall[],
    before: Map<string, Row>,
    restartedAt: number,
  ): Promise<Set<string>> {
    const answerable = calls.filter(({ outcome, call }) => {
      const { state, deadline } = before.get(call.id)!;
      return outcome === 'ringing' && state === 'ringing' && deadline.getTime() > restartedAt + MARGIN_MS;
    });
    const answer = async ({ caller, callee, call: { id: callId } }: CrashCall): Promise<void> => {
      const active = await expectData(callee.rest.request(acceptCall, { callId, deviceId: 'tablet' }));
      expect(active).toMatchObject({ state: 'active', revision: 2 });
      expect(await expectData(caller.rest.request(endCall, { callId }))).toMatchObject({
        endReason: 'completed',
      });
    };
    await Promise.all(answerable.map(answer));
    return new Set(answerable.map(({ call }) => call.id));
  }

  /** Ends the calls whose devices returned in time. Returns the number of these calls. */
  async function endReconnectedCalls(
    calls: CrashCall[],
    before: Map<string, Row>,
    restartedAt: number,
  ): Promise<number> {
    let reconnected = 0;
    for (const { call, caller } of calls.filter(({ outcome }) => outcome === 'reconnected')) {
      const hadMargin = before.get(call.id)!.deadline.getTime() > restartedAt + MARGIN_MS;
      const ended = await caller.rest.request(endCall, { callId: call.id });
      if (ended.ok) {
        expect(ended.data).toMatchObject({ endReason: 'completed', revision: 3 });
        reconnected++;
      } else {
        const { end_reason } = (await rowsOf([{ call }])).get(call.id)!;
        expect([hadMargin, ended.error.code, end_reason]).toEqual([false, 'call_ended', 'failed']);
      }
    }
    return reconnected;
  }
});

function expectEnded(outcome: CallOutcome, { end_reason, ended_at, states }: Row, deadline: Date): void {
  const [reason, left] =
    outcome === 'ringing' ? ['missed', ['left', 'missed']] : ['failed', ['left', 'left']];
  expect([end_reason, states]).toEqual([reason, left]);
  expect(ended_at!.getTime()).toBeGreaterThanOrEqual(deadline.getTime());
}

function report(title: string, delays: number[]): void {
  if (delays.length === 0) return void process.stdout.write(`${title} never\n`);
  const sorted = [...delays].sort((one, other) => one - other);
  const [median, maximum] = [sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!];
  process.stdout.write(`${title} with a median delay of ${median} ms, maximum ${maximum} ms\n`);
  expect(maximum).toBeLessThan(MAX_DELAY_MS);
}
