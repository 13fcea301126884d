import { v7 as newId } from 'uuid';
import { Database } from '../../src/kernel/database/database.js';
import { UnitOfWork } from '../../src/kernel/database/unit-of-work.js';
import { query } from '../support/servers/embedded-postgres-fixture.js';
import { sharedServer } from '../support/servers/shared-server.js';
import type { TestServer } from '../support/servers/test-server.js';
import { waitUntil } from '../support/environment/wait-until.js';

const POOL_SIZE = 10;
/** Connections that units of work may take at once: 60 % of the pool. */
const MAX_TRANSACTIONS = 6;

let server: TestServer;
let unitOfWork: UnitOfWork;
let database: Database;

beforeAll(async () => {
  server = await sharedServer({ databasePoolSize: POOL_SIZE });
  [unitOfWork, database] = [server.app.get(UnitOfWork), server.app.get(Database)];
});

const readClock = (): Promise<unknown> => database.query('SELECT clock_timestamp()');

/** Transactions of the server that are open between two statements. */
async function countTransactions(): Promise<number> {
  const [row] = await query<{ count: number }>(
    process.env.TEST_POSTGRES_URL!,
    `SELECT count(*)::int FROM pg_stat_activity WHERE datname = '${server.database.name}'
     AND usename = 'messaging_app' AND state = 'idle in transaction'`,
  );
  return row!.count;
}

/** Promise that the test resolves. */
function createGate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('Units of work with one lock', () => {
  it('run one after the other, and none of them waits with a connection', async () => {
    const id = newId();
    const order: string[] = [];
    const gate = createGate();
    const holder = unitOfWork.run(async () => {
      unitOfWork.lock(id);
      await readClock();
      order.push('locked');
      await gate.opened;
      order.push('released');
    });
    await waitUntil(() => order.length === 1);
    const waiting = Promise.all(
      Array.from({ length: 20 }, () =>
        unitOfWork.run(async () => {
          await readClock(); // a connection, which the work gives back
          order.push('tried');
          unitOfWork.afterCommit(() => order.push('committed'));
          unitOfWork.lock(id);
        }),
      ),
    );
    await waitUntil(() => order.length === 21);
    await Promise.all(Array.from({ length: POOL_SIZE }, () => readClock()));
    await waitUntil(async () => (await countTransactions()) === 1);
    gate.open();
    await Promise.all([holder, waiting]);
    const counts = ['locked', 'tried', 'committed'].map(
      (step) => order.filter((each) => each === step).length,
    );
    expect(counts).toEqual([1, 40, 20]);
    expect(order.indexOf('committed')).toBeGreaterThan(order.indexOf('released'));
  });

  it('are repeated as a whole when the work catches the error, also in a savepoint', async () => {
    const id = newId();
    const gate = createGate();
    let isLocked = false;
    const holder = unitOfWork.run(async () => {
      unitOfWork.lock(id);
      isLocked = true;
      await gate.opened;
    });
    await waitUntil(() => isLocked);
    const results: string[] = [];
    const waiting = unitOfWork.run(async () => {
      const lock = (): Promise<string> => Promise.resolve().then(() => (unitOfWork.lock(id), 'locked'));
      const result = await unitOfWork.savepoint(lock).catch(() => 'caught');
      results.push(result);
      return result;
    });
    await waitUntil(() => results.length === 1);
    gate.open();
    expect([await waiting, results]).toEqual(['locked', ['caught', 'locked']]);
    await holder;
  });

  it('leave a part of the pool free, however many run', async () => {
    const gate = createGate();
    let started = 0;
    const works = Array.from({ length: 30 }, () =>
      unitOfWork.run(async () => {
        await readClock();
        started++;
        await gate.opened;
      }),
    );
    await waitUntil(() => started === MAX_TRANSACTIONS);
    await Promise.all(Array.from({ length: POOL_SIZE }, readClock));
    expect([started, await countTransactions()]).toEqual([MAX_TRANSACTIONS, MAX_TRANSACTIONS]);
    gate.open();
    await Promise.all(works);
    expect(started).toBe(30);
  });
});
