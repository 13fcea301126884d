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

const LEASE_SECONDS = 6;
const SETTINGS = {
  CALL_RING_SECONDS: '5',
  CALL_LEASE_SECONDS: String(LEASE_SECONDS),
  CALL_RECONNECT_SECONDS: '2',
};
/**
 * Lower bound of the kill time, in ms: about the end of the first calls, whether they started with or without
 * ringing.
 */
const LIFE_MS = 5_500;
const TIMES = { spread: 2_500, ringFrom: 1_500, ringSpread: 4_000, disconnectAfter: 4_000 };
/** Minimum downtime and its random addition, in ms, without the start of the server. */
const DEATH_MS = 700;
const MORE_DEATH_MS = 600;
/**
 * Margin for an answer before the end of the ringing, or a return before the end of a lease, on a slow
 * machine.
 */
const AMPLE_MS = 1_000;
const LATEST_MS = 2_000;

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
      const [fallen, later]: [number[], number[]] = [[], []];
      const saved = { answered: 0, kept: 0 };
      for (let kill = 1; kill <= counts.callCrashes; kill++) {
        const [mortals, before] = await liveAndDie(crashCalls, random);
        await server.start();
        const backAt = Date.now();
        const answered = await answerInTime(mortals, before, backAt);
        const isOver = ({ fate, call }: CrashCall): boolean => fate !== 'kept' && !answered.has(call.id);
        const over = mortals.filter(isOver);
        await waitUntil(
          async () => [...(await rowsOf(over)).values()].every(({ state }) => state === 'ended'),
          {
            within: 20_000,
          },
        );
        const after = await rowsOf(mortals);
        for (const { fate, call } of over) {
          const { deadline, state } = before.get(call.id)!;
          const row = after.get(call.id)!;
          expectOver(fate, row, deadline);
          if (state === 'ended') continue;
          const lateness = row.ended_at!.getTime() - Math.max(deadline.getTime(), backAt);
          (deadline.getTime() < backAt ? fallen : later).push(lateness);
        }
        saved.answered += answered.size;
        saved.kept += await hangUpKept(mortals, before, backAt);
        await expectInvariants(sql);
        for (const { sockets } of mortals) for (const socket of sockets) socket.disconnect();
      }
      expect(server.stderr).toBe('');
      const { answered, kept } = saved;
      report(
        `${counts.callCrashes} kills: ${fallen.length} timers fell into the downtime, and fired`,
        fallen,
      );
      report(
        `${later.length} came later (${answered} calls were answered, ${kept} went on), and fired`,
        later,
      );
      expect(Math.min(fallen.length, later.length, answered, kept)).toBeGreaterThan(0);
    }));

  /** Starts twenty calls and kills the server. Returns the calls with their state at the kill. */
  async function liveAndDie(
    crashCalls: CrashCalls,
    random: Random,
  ): Promise<[CrashCall[], Map<string, Row>]> {
    const diesIn = sleep(LIFE_MS + random() * 500);
    const mortals = await crashCalls.startCalls(TIMES, random);
    await diesIn;
    await server.kill();
    for (const { fate, sockets } of mortals) if (fate === 'gone') sockets[1]!.disconnect();
    const before = await rowsOf(mortals);
    await sleep(DEATH_MS + random() * MORE_DEATH_MS);
    return [mortals, before];
  }

  async function rowsOf(mortals: Pick<CrashCall, 'call'>[]): Promise<Map<string, Row>> {
    const { rows } = await sql.query<Row>(
      `SELECT c.id, c.state, end_reason, ended_at, CASE c.state WHEN 'active' THEN min(lease_expires_at) ELSE ring_expires_at END AS deadline,
         array_agg(p.state ORDER BY p.state) AS states
       FROM calls c JOIN call_participants p ON p.call_id = c.id WHERE c.id = ANY ($1) GROUP BY c.id`,
      [mortals.map(({ call }) => call.id)],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Answers and ends the calls with enough ringing time left. Returns their ids. */
  async function answerInTime(
    mortals: CrashCall[],
    before: Map<string, Row>,
    backAt: number,
  ): Promise<Set<string>> {
    const inTime = mortals.filter(({ fate, call }) => {
      const { state, deadline } = before.get(call.id)!;
      return fate === 'rings' && state === 'ringing' && deadline.getTime() > backAt + AMPLE_MS;
    });
    for (const { caller, callee, call } of inTime) {
      const callId = call.id;
      const active = await expectData(callee.rest.request(acceptCall, { callId, deviceId: 'tablet' }));
      expect(active).toMatchObject({ state: 'active', revision: 2 });
      expect(await expectData(caller.rest.request(endCall, { callId }))).toMatchObject({
        endReason: 'completed',
      });
    }
    return new Set(inTime.map(({ call }) => call.id));
  }

  /** Ends the calls whose devices returned in time. Returns the number of these calls. */
  async function hangUpKept(mortals: CrashCall[], before: Map<string, Row>, backAt: number): Promise<number> {
    let kept = 0;
    for (const { call, caller } of mortals.filter(({ fate }) => fate === 'kept')) {
      const hadTime = before.get(call.id)!.deadline.getTime() > backAt + AMPLE_MS;
      const ended = await caller.rest.request(endCall, { callId: call.id });
      if (ended.ok) {
        expect(ended.data).toMatchObject({ endReason: 'completed', revision: 3 });
        kept++;
      } else {
        const { end_reason } = (await rowsOf([{ call }])).get(call.id)!;
        expect([hadTime, ended.error.code, end_reason]).toEqual([false, 'call_ended', 'failed']);
      }
    }
    return kept;
  }
});

function expectOver(fate: CallOutcome, { end_reason, ended_at, states }: Row, deadline: Date): void {
  const [reason, left] = fate === 'rings' ? ['missed', ['left', 'missed']] : ['failed', ['left', 'left']];
  expect([end_reason, states]).toEqual([reason, left]);
  expect(ended_at!.getTime()).toBeGreaterThanOrEqual(deadline.getTime());
}

function report(what: string, latenesses: number[]): void {
  const sorted = [...latenesses].sort((one, other) => one - other);
  const [median, worst] = [sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!];
  process.stdout.write(`${what} ${median} ms late in the median, ${worst} ms at the worst\n`);
  expect(worst).toBeLessThan(LATEST_MS);
}
