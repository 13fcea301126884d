import { setTimeout as sleep } from 'node:timers/promises';
import { createConversation } from '../../src/modules/conversations/conversations.contract.js';
import { scheduleMessage } from '../../src/modules/scheduled-messages/scheduled-messages.contract.js';
import { type Random, withSeed } from '../support/environment/random.js';
import { readHistory } from '../support/clients/read-history.js';
import { counts } from '../support/environment/counts.js';
import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';
import { expectData, restTransport, type Transport } from '../support/clients/transports.js';
import { query } from '../support/servers/embedded-postgres-fixture.js';
import { createUser } from '../support/servers/test-server.js';
import { RestartableServer } from '../support/servers/restartable-server.js';
import { waitUntil } from '../support/environment/wait-until.js';

/** Messages that become due around a kill. */
const MESSAGES = 20;
const SPREAD_MS = 800;
const HOUR_MS = 3_600_000;
/** Fewest messages that are unsent when the kill begins. */
const UNSENT = 5;
const MAX_DOWNTIME_MS = 200;
const MESSAGES_WITHOUT_KILL = 40;
/** Upper bound for a slow machine. The test prints the median. */
const MAX_DELAY_MS = 30_000;

jest.setTimeout(Math.max(60_000, counts.scheduledMessageCrashes * 15_000));

describe('Scheduled messages due during a kill of the server', () => {
  let database: TestDatabase;
  let server: RestartableServer;
  let rest: Transport;
  let conversationId: string;

  beforeAll(async () => {
    database = await createDatabase();
    server = await RestartableServer.start(database.url);
    const [alice, bob] = [await createUser(server, 'alice'), await createUser(server, 'bob')];
    rest = restTransport(server.url, alice.token);
    const dm = { type: 'dm', memberIds: [bob.id] };
    conversationId = (await expectData(rest.request(createConversation, dm))).id;
  });
  afterAll(async () => {
    await server.kill();
    await database.drop();
  });

  it('are sent once, as soon as the server is back', () =>
    withSeed(async (random) => {
      const delays: number[] = [];
      let unsent = 0;
      for (let kill = 1; kill <= counts.scheduledMessageCrashes; kill++) {
        const times = await schedule(`${kill}`, MESSAGES, random);
        const unsentAtKill = UNSENT + Math.floor(random() * (MESSAGES - UNSENT));
        await waitUntil(async () => (await countWaiting()) <= unsentAtKill);
        await server.kill();
        await sleep(random() * MAX_DOWNTIME_MS);
        unsent += await countWaiting();
        await server.start();
        const restartedAt = Date.now();
        delays.push(...(await delaysOf(times, restartedAt)));
      }
      const history = await readHistory(rest, conversationId);
      expect(new Set(history.map(({ content }) => content)).size).toBe(
        counts.scheduledMessageCrashes * MESSAGES,
      );
      expect(history).toHaveLength(counts.scheduledMessageCrashes * MESSAGES);
      expect(unsent).toBeGreaterThan(counts.scheduledMessageCrashes);
      expect(server.stderr).toBe('');
      report(`${counts.scheduledMessageCrashes} kills with ${unsent} unsent messages`, delays);
    }));

  it('are sent soon after their time without a kill', () =>
    withSeed(async (random) => {
      report(
        'without a kill',
        await delaysOf(await schedule('without-kill', MESSAGES_WITHOUT_KILL, random), 0),
      );
    }));

  /**
   * Schedules messages, then moves their times and those of their jobs into a short interval from now on. Returns the
   * time of each by its text.
   */
  async function schedule(name: string, count: number, random: Random): Promise<Map<string, number>> {
    const messages = Array.from({ length: count }, async (_item, index) => {
      const [content, sendAt] = [`${name}, ${index}`, new Date(Date.now() + HOUR_MS).toISOString()];
      const { id } = await expectData(rest.request(scheduleMessage, { conversationId, content, sendAt }));
      return `('${id}', ${Math.floor(random() * SPREAD_MS)})`;
    });
    const rows = await query<{ content: string; send_at: Date }>(
      database.ownerUrl,
      `WITH due (id, delay) AS (VALUES ${(await Promise.all(messages)).join()}),
       times AS (SELECT id, date_trunc('milliseconds', now()) + delay * interval '1 ms' AS at FROM due),
       jobs AS (
         UPDATE pgboss.job SET start_after = at FROM times
         WHERE name = 'scheduled_message.send' AND data ->> 'scheduledMessageId' = times.id AND job.state = 'created')
       UPDATE scheduled_messages m SET send_at = at FROM times WHERE m.id = times.id::uuid RETURNING content, send_at`,
    );
    expect(rows).toHaveLength(count);
    return new Map(rows.map(({ content, send_at }) => [content, send_at.getTime()]));
  }

  async function countWaiting(): Promise<number> {
    const waiting = "SELECT count(*)::int AS count FROM scheduled_messages WHERE state = 'scheduled'";
    return (await query<{ count: number }>(database.ownerUrl, waiting))[0]!.count;
  }

  /** Delay of each sent message after its time and after the return of the server. */
  async function delaysOf(times: Map<string, number>, restartedAt: number): Promise<number[]> {
    await waitUntil(async () => (await countWaiting()) === 0, { within: MAX_DELAY_MS });
    const sent = (await readHistory(rest, conversationId)).filter(({ content }) => times.has(content!));
    expect(sent).toHaveLength(times.size);
    for (const { content, createdAt } of sent)
      expect(Date.parse(createdAt)).toBeGreaterThanOrEqual(times.get(content!)!);
    return sent.map(({ content, createdAt }) =>
      Math.max(0, Date.parse(createdAt) - Math.max(times.get(content!)!, restartedAt)),
    );
  }
});

function report(title: string, delays: number[]): void {
  const sorted = [...delays].sort((one, other) => one - other);
  const [median, maximum] = [sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!];
  process.stdout.write(`${title}: median delay ${median} ms, maximum ${maximum} ms\n`);
  expect(maximum).toBeLessThan(MAX_DELAY_MS);
}
