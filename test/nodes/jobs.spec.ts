import { setTimeout as sleep } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import PgBoss from 'pg-boss';
import { Client } from 'pg';
import type { QueryRunner } from 'typeorm';
import { createApp } from '../../src/bootstrap/create-app.js';
import { Database } from '../../src/kernel/database/database.js';
import { UnitOfWork } from '../../src/kernel/database/unit-of-work.js';
import { job, recurringJob } from '../../src/kernel/jobs/job.js';
import { JobStore } from '../../src/kernel/jobs/job-store.js';
import { Jobs } from '../../src/kernel/jobs/jobs.js';
import { createQueue, dropQueue } from '../../src/kernel/jobs/queues.js';
import { queryTexts } from '../support/database/sql.js';
import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';
import { captureOutput } from '../support/environment/captured-output.js';
import { OutageFixture } from '../support/servers/outage-fixture.js';
import { testConfig } from '../support/servers/test-server.js';
import { waitUntil } from '../support/environment/wait-until.js';

const note = job<{ text: string }>('test.note');
const often = recurringJob('test.often', { everySeconds: 1 });

interface Node {
  app: NestExpressApplication;
  jobs: Jobs;
  database: Database;
  unitOfWork: UnitOfWork;
}

/** Executed jobs with their node. */
let executed: { text: string; node: number }[] = [];
let fail: (text: string) => Promise<void> | void = () => undefined;
const executedTexts = (): string[] => executed.map(({ text }) => text);

let database: TestDatabase;
let owner: Client;
const nodes: Node[] = [];

async function startNode(databaseUrl = database.url): Promise<Node> {
  const app = await createApp(testConfig({ databaseUrl, databasePoolSize: 4 }));
  const node = { app, jobs: app.get(Jobs), database: app.get(Database), unitOfWork: app.get(UnitOfWork) };
  const number = nodes.push(node);
  node.jobs.registerHandler(note, async ({ text }) => {
    await node.database.query('INSERT INTO notes VALUES ($1)', [text]);
    executed.push({ text, node: number });
    await fail(text);
  });
  await app.init();
  return node;
}

async function stopAll(): Promise<void> {
  for (const node of nodes.splice(0)) await node.app.close();
}

async function makeQueue(client: Client, name: string): Promise<void> {
  await createQueue(client as unknown as QueryRunner, name);
}

const notes = (): Promise<string[]> => queryTexts(owner, 'SELECT text FROM notes ORDER BY 1');

beforeAll(async () => {
  database = await createDatabase();
  owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query('CREATE TABLE notes (text text)');
  await makeQueue(owner, note.name);
  await makeQueue(owner, often.name);
});
beforeEach(async () => {
  [executed, fail] = [[], () => undefined];
  await owner.query('TRUNCATE notes');
});
afterEach(stopAll);
afterAll(async () => {
  await owner.end();
  await database.drop();
});

/** Waits for two complete polls of each node that start from now on. */
async function untilPolled(apps = nodes.map(({ app }) => app)): Promise<void> {
  const polls = apps.map((app) => jest.spyOn(app.get(JobStore), 'listDueQueues'));
  await waitUntil(() => polls.every(({ mock }) => mock.calls.length >= 3));
  polls.forEach((poll) => poll.mockRestore());
}

/** Moves the time of the waiting jobs of the queue. */
async function setTimeOfJobs(time: string): Promise<void> {
  await owner.query(
    `UPDATE pgboss.job SET start_after = ${time} WHERE name = '${note.name}' AND state = 'created'`,
  );
}

describe('A job', () => {
  it('runs once on one of two nodes after a commit, and never after a rollback', async () => {
    const [one] = [await startNode(), await startNode()];
    const rolledBack = one.unitOfWork.run(async () => {
      await one.jobs.enqueue(note, { text: 'undone' });
      throw new Error('Half way');
    });
    await expect(rolledBack).rejects.toThrow('Half way');
    const expected = Array.from({ length: 50 }, (_item, index) => `committed ${index}`).sort();
    await one.unitOfWork.run(async () => {
      for (const text of expected) await one.jobs.enqueue(note, { text });
      await untilPolled();
      expect(executed).toEqual([]);
    });
    await waitUntil(() => executed.length >= expected.length);
    await untilPolled();
    expect(await notes()).toEqual(expected);
    expect(executedTexts().sort()).toEqual(expected);
  });

  it('waits for its time, also over a restart', async () => {
    const { jobs } = await startNode();
    await jobs.schedule(note, { text: 'later' }, new Date(Date.now() + 60_000));
    const downtime = new Date(Date.now() + 500);
    await jobs.schedule(note, { text: 'in the downtime' }, downtime);
    await stopAll();
    await waitUntil(() => Date.now() > downtime.getTime());
    await startNode();
    await waitUntil(() => executed.length === 1);
    await untilPolled();
    expect(executedTexts()).toEqual(['in the downtime']);
    const at = Date.now() + 1_000;
    await setTimeOfJobs(`to_timestamp(${at / 1_000})`);
    await waitUntil(async () => (await notes()).length === 2);
    expect(Date.now()).toBeGreaterThanOrEqual(at);
    expect(await notes()).toEqual(['in the downtime', 'later']);
  });

  it('is retried after a failure, and its changes are rolled back', async () => {
    const { jobs } = await startNode();
    fail = () => {
      if (executed.length < 3) throw new Error('Not yet');
    };
    await jobs.enqueue(note, { text: 'third time' });
    await jobs.schedule(note, { text: 'not held up' }, new Date(Date.now() + 100));
    await waitUntil(() => executed.length === 4, { within: 20_000 });
    await waitUntil(async () => (await notes()).length === 2);
    expect(await notes()).toEqual(['not held up', 'third time']);
    const kept = await queryTexts(
      owner,
      "SELECT output::text FROM pgboss.job WHERE output->>'error' IS NOT NULL",
    );
    expect(kept.join()).not.toContain('Not yet');
  });

  it('is enqueued once for each key until it runs', async () => {
    const { jobs } = await startNode();
    const at = new Date(Date.now() + 60_000);
    for (const text of ['first', 'second']) await jobs.schedule(note, { text }, at, 'the same');
    await setTimeOfJobs('now()');
    await waitUntil(() => executed.length === 1);
    await waitUntil(async () => (await notes()).length === 1);
    await jobs.enqueue(note, { text: 'third' }, 'the same');
    await waitUntil(() => executed.length === 2);
    expect(executedTexts()).toEqual(['first', 'third']);
  });

  it('is finished at the shutdown of its node, and the next one is left to other nodes', async () => {
    const { app, jobs } = await startNode();
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    fail = () => released;
    await jobs.enqueue(note, { text: 'running' });
    await jobs.enqueue(note, { text: 'waiting' });
    await waitUntil(() => executed.length === 1);
    const shutdown = jest.spyOn(jobs, 'beforeApplicationShutdown');
    const closed = app.close();
    await waitUntil(() => shutdown.mock.calls.length > 0);
    release();
    await closed;
    nodes.length = 0;
    expect(await notes()).toEqual(['running']);
    await startNode();
    await waitUntil(async () => (await notes()).length === 2);
  });

  it('of a queue without a migration is rejected', async () => {
    const { jobs } = await startNode();
    await expect(jobs.enqueue(job('nowhere'), {})).rejects.toThrow('The queue nowhere does not exist');
  });
});

describe('A recurring job', () => {
  it('runs once in each interval on one of two nodes, also after a failure', async () => {
    const times: number[] = [];
    const both = [await startNode(), await startNode()];
    for (const { app, jobs } of both) {
      jobs.registerHandler(often, () => {
        times.push(Date.now());
        return times.length === 1 ? Promise.reject(new Error('Once')) : Promise.resolve();
      });
      // Shortens the interval of half a minute.
      for (const worker of (
        jobs as unknown as { workers: Map<string, { nextInsertAt: number }> }
      ).workers.values())
        worker.nextInsertAt = 0;
      expect(app.get(JobStore)).toBeDefined();
    }
    const startedAt = Date.now();
    await waitUntil(() => times.length >= 4);
    expect(times.length).toBeLessThanOrEqual((Date.now() - startedAt) / 1_000 + 2);
  });
});

describe('The queue', () => {
  it('is deleted together with its waiting jobs', async () => {
    await makeQueue(owner, 'test.gone');
    await owner.query("INSERT INTO pgboss.job (name) VALUES ('test.gone')");
    await dropQueue(owner as unknown as QueryRunner, 'test.gone');
    expect(await queryTexts(owner, "SELECT name FROM pgboss.queue WHERE name = 'test.gone'")).toEqual([]);
  });

  it('has the schema that pg-boss itself would create', async () => {
    const empty = await createDatabase({ empty: true });
    const client = new Client({ connectionString: empty.ownerUrl });
    await client.connect();
    try {
      await client.query(PgBoss.getConstructionPlans());
      expect(await schemaFacts(owner)).toEqual(await schemaFacts(client));
    } finally {
      await client.end();
      await empty.drop();
    }
  });
});

describe('During an outage of PostgreSQL', () => {
  it('no job runs and none is lost, one log line reports it, and the queue recovers by itself', async () => {
    const output = captureOutput();
    const unhandled: unknown[] = [];
    const notice = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', notice);
    const fixture = await OutageFixture.create();
    try {
      for (const sql of [
        'CREATE TABLE notes (text text)',
        'GRANT ALL ON notes TO messaging_app',
        `SELECT pgboss.create_queue('${note.name}', '{"policy":"short"}')`,
        'GRANT ALL ON ALL TABLES IN SCHEMA pgboss TO messaging_app',
      ])
        await fixture.sql(sql);
      const { jobs, database: rows } = {
        jobs: fixture.app.get(Jobs),
        database: fixture.app.get(Database),
      };
      jobs.registerHandler(note, async ({ text }) => {
        await rows.query('INSERT INTO notes VALUES ($1)', [text]);
        executed.push({ text, node: 1 });
        await fail(text);
      });
      fail = () => sleep(200);
      await jobs.enqueue(note, { text: 'cut off' });
      await jobs.schedule(note, { text: 'in the outage' }, new Date(Date.now() + 1_000));
      await waitUntil(() => executed.length === 1);
      await fixture.stopDatabase();
      await expect(jobs.enqueue(note, { text: 'refused' })).rejects.toThrow();
      const attempts = jest.spyOn(fixture.app.get(JobStore), 'listDueQueues');
      await waitUntil(() => attempts.mock.calls.length >= 3, { within: 30_000 });
      attempts.mockRestore();
      await fixture.startDatabase();
      const written = async (): Promise<string[]> =>
        (await fixture.sql<{ text: string }>('SELECT text FROM notes ORDER BY 1')).map(({ text }) => text);
      await waitUntil(async () => (await written()).length === 2);
      await untilPolled([fixture.app]);
      expect(await written()).toEqual(['cut off', 'in the outage']);
      expect(output.lines.filter((line) => line.includes('Job polling failed'))).toHaveLength(1);
      expect(output.lines.filter((line) => line.includes('Job execution failed')).length).toBeLessThanOrEqual(
        1,
      );
      expect(unhandled).toEqual([]);
    } finally {
      await fixture.close();
      output.restore();
      process.off('unhandledRejection', notice);
    }
  });
});

/** Objects of pg-boss, without the queues created by the migrations. */
async function schemaFacts(client: Client): Promise<string[]> {
  const facts = await queryTexts(
    client,
    `SELECT attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull
       || coalesce(' ' || pg_get_expr(adbin, adrelid), '')
     FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
     LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
     WHERE relnamespace = 'pgboss'::regnamespace AND NOT relispartition AND relkind IN ('r', 'p') AND attnum > 0
     UNION ALL
     SELECT conrelid::regclass || ' ' || pg_get_constraintdef(pg_constraint.oid)
     FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
     WHERE connamespace = 'pgboss'::regnamespace AND NOT relispartition
     UNION ALL
     SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'pgboss'::regnamespace
     UNION ALL
     SELECT enumlabel FROM pg_enum
     UNION ALL
     SELECT indexdef FROM pg_indexes JOIN pg_class ON relname = tablename
     WHERE schemaname = 'pgboss' AND NOT relispartition
     UNION ALL
     SELECT 'version ' || version FROM pgboss.version`,
  );
  return facts.map((fact) => fact.replace(/\s+/g, ' ')).sort();
}
