import { setTimeout as sleep } from 'node:timers/promises';
import { createConversation } from '../../src/modules/conversations/conversations.contract.js';
import type { MessageDto } from '../../src/modules/messages/dto/message.dto.js';
import { findViolations } from '../support/concurrency/history-checker.js';
import { HistoryObserver } from '../support/concurrency/history-observer.js';
import { type Random, splitRandom, withSeed } from '../support/environment/random.js';
import { readHistory } from '../support/clients/read-history.js';
import { LoadSender } from '../support/concurrency/load-sender.js';
import { counts } from '../support/environment/counts.js';
import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';
import { expectData, restTransport } from '../support/clients/transports.js';
import { createUser, type TestUser } from '../support/servers/test-server.js';
import { RestartableServer } from '../support/servers/restartable-server.js';
import { waitUntil } from '../support/environment/wait-until.js';

const DEVICES = 4;
const ACKS_BETWEEN_KILLS = 20;
const IN_FLIGHT_AT_KILL = 4;
const MAX_UPTIME_MS = 600;
const MAX_DOWNTIME_MS = 100;
const TIMEOUT_MS = counts.crashes * 20_000;

describe('A server killed under load', () => {
  let database: TestDatabase;
  let server: RestartableServer;
  let alice: TestUser;
  let bob: TestUser;
  let conversationId: string;

  beforeAll(async () => {
    database = await createDatabase();
    server = await RestartableServer.start(database.url);
    [alice, bob] = [await createUser(server, 'alice'), await createUser(server, 'bob')];
    const dm = restTransport(server.url, alice.token).request(createConversation, {
      type: 'dm',
      memberIds: [bob.id],
    });
    conversationId = (await expectData(dm)).id;
  });
  afterAll(async () => {
    await server.kill();
    await database.drop();
  });

  it(
    'keeps every acknowledged message once and in one order for all members',
    () => withSeed(expectConsistentAfterRestart),
    TIMEOUT_MS,
  );

  async function expectConsistentAfterRestart(random: Random): Promise<void> {
    const senders = startSenders(random);
    const observers = startObservers(random);
    try {
      const inFlightAtKills = await killRepeatedly(random, senders);
      await Promise.all(senders.map((sender) => sender.finish()));
      const acked = senders.flatMap((sender) => sender.acked);
      const history = await readHistory(restTransport(server.url, bob.token), conversationId);
      await waitUntilAllReceived(history.length, observers);

      expect(violationsOf(acked, history, observers).slice(0, 20)).toEqual([]);
      expect(history.length).toBe(acked.length);
      expect(acked.length).toBeGreaterThanOrEqual(counts.crashes * ACKS_BETWEEN_KILLS);
      expect(Math.min(...inFlightAtKills)).toBeGreaterThanOrEqual(IN_FLIGHT_AT_KILL);
      expect(sum(senders.map(({ recovered }) => recovered))).toBeGreaterThan(0);
      expect(server.stderr).toBe('');
      report(senders, observers, inFlightAtKills);
    } finally {
      [...senders, ...Object.values(observers)].forEach((client) => client.close());
    }
  }

  /** Four devices of alice and four of bob. */
  function startSenders(random: Random): LoadSender[] {
    return [alice, bob].flatMap(({ token }, index) =>
      Array.from(
        { length: DEVICES },
        (_, device) =>
          new LoadSender(
            { url: server.url, token },
            `${index ? 'bob' : 'alice'}-${device}`,
            conversationId,
            splitRandom(random),
          ),
      ),
    );
  }

  function startObservers(random: Random): Record<string, HistoryObserver> {
    const observer = ({ token }: TestUser): HistoryObserver =>
      new HistoryObserver({ url: server.url, token }, conversationId, splitRandom(random));
    return {
      'steady alice': observer(alice),
      'steady bob': observer(bob),
      'flapping alice': observer(alice).startFlapping(),
      'flapping bob': observer(bob).startFlapping(),
    };
  }

  /** Number of unanswered commands at each kill. */
  async function killRepeatedly(random: Random, senders: LoadSender[]): Promise<number[]> {
    const countInFlight = (): number => senders.filter(({ isInFlight }) => isInFlight).length;
    const inFlightAtKills: number[] = [];
    const hasRecovered = (): boolean => senders.some(({ recovered }) => recovered > 0);
    for (let kill = 1; kill <= counts.crashes || !hasRecovered(); kill++) {
      await sendMore(senders);
      await sleep(random() * MAX_UPTIME_MS);
      await waitUntil(() => countInFlight() >= IN_FLIGHT_AT_KILL);
      inFlightAtKills.push(countInFlight());
      await server.kill();
      await sleep(random() * MAX_DOWNTIME_MS);
      await server.start();
    }
    await sendMore(senders);
    return inFlightAtKills;
  }

  async function sendMore(senders: LoadSender[]): Promise<void> {
    const count = (): number => sum(senders.map(({ acked }) => acked.length));
    const targetCount = count() + ACKS_BETWEEN_KILLS;
    await waitUntil(() => count() >= targetCount, { within: 30_000 });
  }

  /** A client that stayed connected needs no last page; a reconnected client reads it. */
  async function waitUntilAllReceived(
    seq: number,
    observers: Record<string, HistoryObserver>,
  ): Promise<void> {
    await Promise.all(Object.values(observers).map((observer) => observer.stopFlapping()));
    const steady = Object.entries(observers).filter(([name]) => name.startsWith('steady'));
    await waitUntil(() => steady.every(([, observer]) => observer.isCompleteUpTo(seq)));
    for (const observer of Object.values(observers)) {
      await waitUntil(() => observer.catchUp());
      expect(observer.errorCodes).toEqual([]);
      expect(observer.duplicates).toEqual([]);
    }
  }

  function violationsOf(
    acked: MessageDto[],
    history: MessageDto[],
    observers: Record<string, HistoryObserver>,
  ): string[] {
    const seen: Record<string, MessageDto[]> = {};
    for (const [name, observer] of Object.entries(observers)) seen[name] = observer.receivedMessages;
    return findViolations({ acked, history, observers: seen });
  }

  function report(
    senders: LoadSender[],
    observers: Record<string, HistoryObserver>,
    inFlightAtKills: number[],
  ): void {
    const live = Object.entries(observers).map(([name, observer]) => `${name} ${observer.liveCount}`);
    process.stdout.write(
      `${counts.crashes} kills with ${sum(inFlightAtKills)} commands in flight; ${sum(senders.map(({ acked }) => acked.length))} acked, ` +
        `${sum(senders.map(({ unanswered }) => unanswered))} unanswered attempts, ` +
        `${sum(senders.map(({ recovered }) => recovered))} lost acks returned by a retry; received live: ${live.join(', ')}\n`,
    );
  }
});

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
