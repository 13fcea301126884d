import { setTimeout as sleep } from 'node:timers/promises';
import { createConversation } from '../src/modules/conversations/conversations.contract.js';
import type { MessageDto } from '../src/modules/messages/dto/message.dto.js';
import { violations } from './proof/history-checker.js';
import { Observer } from './proof/observer.js';
import { type Random, split, withSeed } from './proof/random.js';
import { readHistory } from './proof/read-history.js';
import { Sender } from './proof/senders.js';
import { counts } from './setup/counts.js';
import { createDatabase, type TestDatabase } from './setup/database.js';
import { data, restDoor } from './setup/doors.js';
import { person, type Person } from './setup/server.js';
import { ServerProcess } from './setup/server-process.js';
import { until } from './setup/until.js';

const DEVICES = 4;
const ACKS_BETWEEN_KILLS = 20;
const WAITING_AT_A_KILL = 4;
const LONGEST_LIFE_MS = 600;
const LONGEST_DEATH_MS = 100;
const TIMEOUT_MS = counts.kills * 20_000;

describe('A server that is killed under load', () => {
  let database: TestDatabase;
  let server: ServerProcess;
  let alice: Person;
  let bob: Person;
  let conversationId: string;

  beforeAll(async () => {
    database = await createDatabase();
    server = await ServerProcess.start(database.url);
    [alice, bob] = [await person(server, 'alice'), await person(server, 'bob')];
    const dm = restDoor(server.url, alice.token).ask(createConversation, { type: 'dm', memberIds: [bob.id] });
    conversationId = (await data(dm)).id;
  });
  afterAll(async () => {
    await server.kill();
    await database.drop();
  });

  it(
    'keeps every message that it acked, once and in one order, for everybody',
    () => withSeed(survive),
    TIMEOUT_MS,
  );

  async function survive(random: Random): Promise<void> {
    const senders = startSenders(random);
    const observers = startObservers(random);
    try {
      const waitingAtKills = await killOverAndOver(random, senders);
      await Promise.all(senders.map((sender) => sender.finish()));
      const acked = senders.flatMap((sender) => sender.acked);
      const history = await readHistory(restDoor(server.url, bob.token), conversationId);
      await everybodySeesUpTo(history.length, observers);

      expect(violationsOf(acked, history, observers).slice(0, 20)).toEqual([]);
      expect(history.length).toBe(acked.length);
      expect(acked.length).toBeGreaterThanOrEqual(counts.kills * ACKS_BETWEEN_KILLS);
      expect(Math.min(...waitingAtKills)).toBeGreaterThanOrEqual(WAITING_AT_A_KILL);
      expect(sum(senders.map(({ recovered }) => recovered))).toBeGreaterThan(0);
      expect(server.complaints).toBe('');
      report(senders, observers, waitingAtKills);
    } finally {
      [...senders, ...Object.values(observers)].forEach((client) => client.close());
    }
  }

  /** Four devices of alice and four of bob. */
  function startSenders(random: Random): Sender[] {
    return [alice, bob].flatMap(({ token }, index) =>
      Array.from(
        { length: DEVICES },
        (_, device) =>
          new Sender(
            { url: server.url, token },
            `${index ? 'bob' : 'alice'}-${device}`,
            conversationId,
            split(random),
          ),
      ),
    );
  }

  function startObservers(random: Random): Record<string, Observer> {
    const observer = ({ token }: Person): Observer =>
      new Observer({ url: server.url, token }, conversationId, split(random));
    return {
      'steady alice': observer(alice),
      'steady bob': observer(bob),
      'flapping alice': observer(alice).flap(),
      'flapping bob': observer(bob).flap(),
    };
  }

  /** How many commands were on their way at each kill. */
  async function killOverAndOver(random: Random, senders: Sender[]): Promise<number[]> {
    const waiting = (): number => senders.filter(({ isWaiting }) => isWaiting).length;
    const waitingAtKills: number[] = [];
    for (let kill = 1; kill <= counts.kills; kill++) {
      await sendMore(senders);
      await sleep(random() * LONGEST_LIFE_MS);
      await until(() => waiting() >= WAITING_AT_A_KILL);
      waitingAtKills.push(waiting());
      await server.kill();
      await sleep(random() * LONGEST_DEATH_MS);
      await server.start();
    }
    await sendMore(senders);
    return waitingAtKills;
  }

  async function sendMore(senders: Sender[]): Promise<void> {
    const count = (): number => sum(senders.map(({ acked }) => acked.length));
    const enough = count() + ACKS_BETWEEN_KILLS;
    await until(() => count() >= enough, { within: 30_000 });
  }

  /** Who stayed needs no last page; whoever was away reads it. */
  async function everybodySeesUpTo(seq: number, observers: Record<string, Observer>): Promise<void> {
    await Promise.all(Object.values(observers).map((observer) => observer.settle()));
    const steady = Object.entries(observers).filter(([name]) => name.startsWith('steady'));
    await until(() => steady.every(([, observer]) => observer.hasAllUpTo(seq)));
    for (const observer of Object.values(observers)) {
      await until(() => observer.catchUp());
      expect(observer.refusals).toEqual([]);
      expect(observer.heardTwice).toEqual([]);
    }
  }

  function violationsOf(
    acked: MessageDto[],
    history: MessageDto[],
    observers: Record<string, Observer>,
  ): string[] {
    const seen: Record<string, MessageDto[]> = {};
    for (const [name, observer] of Object.entries(observers)) seen[name] = observer.seen;
    return violations({ acked, history, observers: seen });
  }

  function report(senders: Sender[], observers: Record<string, Observer>, waitingAtKills: number[]): void {
    const live = Object.entries(observers).map(([name, observer]) => `${name} ${observer.live}`);
    process.stdout.write(
      `${counts.kills} kills with ${sum(waitingAtKills)} commands on their way; ${sum(senders.map(({ acked }) => acked.length))} acked, ` +
        `${sum(senders.map(({ unanswered }) => unanswered))} tries unanswered, ` +
        `${sum(senders.map(({ recovered }) => recovered))} acks lost and brought by a retry; heard live: ${live.join(', ')}\n`,
    );
  }
});

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
