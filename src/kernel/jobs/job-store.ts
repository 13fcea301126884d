import { Injectable } from '@nestjs/common';
import PgBoss from 'pg-boss';
import { Database } from '../database/database.js';
import { ReservedConnection } from '../database/reserved-connection.js';
import type { RecurringJob } from './job.js';

export type ClaimedJob = PgBoss.JobWithMetadata<unknown>;

/**
 * Job queues of pg-boss. Its statements run through `Database` and join a unit of work. Its pool, workers and timers
 * are not used (docs/decisions/0018).
 */
@Injectable()
export class JobStore {
  private readonly pgBoss = new PgBoss({
    db: { executeSql: (sql, values?: unknown[]) => this.execute(sql, values) },
    migrate: false,
    supervise: false,
    schedule: false,
  });

  constructor(
    private readonly database: Database,
    private readonly reserved: ReservedConnection,
  ) {}

  /** Fails when the version of the pg-boss schema differs from that of the library. */
  async validateSchema(): Promise<void> {
    await this.pgBoss.start();
  }

  /** False when a job with this key is waiting or the queue does not exist. */
  async insert(name: string, data: object, key: string, at?: Date): Promise<boolean> {
    return (await this.pgBoss.send(name, data, { singletonKey: key, startAfter: at })) !== null;
  }

  /** Inserts one job for each interval of the database clock, by the first node that asks. */
  async insertRecurring({ name, everySeconds }: RecurringJob): Promise<void> {
    await this.pgBoss.send(name, {}, { singletonSeconds: everySeconds, retryLimit: 0 });
  }

  /** Names of the queues with a due job. Uses the reserved connection, so that it does not wait for user requests. */
  async listDueQueues(names: string[]): Promise<string[]> {
    const rows = await this.reserved.query<{ name: string }>(DUE_QUEUES, [names]);
    return rows.map(({ name }) => name);
  }

  /** Claims the next due job that no other node has claimed. */
  async claim(name: string): Promise<ClaimedJob | undefined> {
    let failure: unknown; // pg-boss does not throw it
    const executeSql = async (sql: string, values: unknown[]): Promise<{ rows: unknown[] }> => {
      try {
        return await this.execute(sql, values);
      } catch (error) {
        failure = error;
        throw error;
      }
    };
    const [claimed] = await this.pgBoss.fetch(name, { includeMetadata: true, db: { executeSql } });
    if (failure) throw failure as Error;
    return claimed;
  }

  async complete({ name, id }: ClaimedJob): Promise<void> {
    await this.pgBoss.complete(name, id);
  }

  /** Schedules a retry, unless it was the last one. Stores only the name of the error. */
  async fail({ name, id }: ClaimedJob, error: unknown): Promise<void> {
    await this.pgBoss.fail(name, id, { error: error instanceof Error ? error.name : typeof error });
  }

  /** Releases the jobs of dead nodes and deletes old finished ones. */
  async maintain(): Promise<void> {
    await this.pgBoss.maintain();
  }

  private async execute(sql: string, values: unknown[] = []): Promise<{ rows: unknown[] }> {
    return {
      rows: await (values.length > 0 ? this.database.query(sql, values) : this.database.runScript(sql)),
    };
  }
}

const DUE_QUEUES = `
  SELECT queue.name FROM unnest($1::text[]) queue (name)
  WHERE EXISTS (SELECT FROM pgboss.job WHERE job.name = queue.name AND state < 'active' AND start_after < now())`;
