import { Injectable } from '@nestjs/common';
import PgBoss from 'pg-boss';
import { Database } from '../database/database.js';
import { ReservedConnection } from '../database/reserved-connection.js';
import type { RecurringJob } from './job.js';

export type TakenJob = PgBoss.JobWithMetadata<unknown>;

/**
 * Jobs as pg-boss keeps them. Its statements run where those of repositories run: inside a unit of work on its connection,
 * else on any free one. Its pool, its workers and its timers are not used (docs/decisions/0018).
 */
@Injectable()
export class JobStore {
  private readonly boss = new PgBoss({
    db: { executeSql: (sql, values?: unknown[]) => this.execute(sql, values) },
    migrate: false,
    supervise: false,
    schedule: false,
  });

  constructor(
    private readonly database: Database,
    private readonly reserved: ReservedConnection,
  ) {}

  /** Fails when the schema is not the one that the library wants. */
  async check(): Promise<void> {
    await this.boss.start();
  }

  /** False when one waits under this key already, or there is no such queue. */
  async add(name: string, data: object, key: string, at?: Date): Promise<boolean> {
    return (await this.boss.send(name, data, { singletonKey: key, startAfter: at })) !== null;
  }

  /** One in each span of time by the database's clock, whoever asks first. */
  async addToSpan({ name, everySeconds }: RecurringJob): Promise<void> {
    await this.boss.send(name, {}, { singletonSeconds: everySeconds, retryLimit: 0 });
  }

  /** In which of these queues something is due. It does not wait behind what users do. */
  async due(names: string[]): Promise<string[]> {
    const rows = await this.reserved.query<{ name: string }>(DUE, [names]);
    return rows.map(({ name }) => name);
  }

  /** Takes the next one that is due and that nobody else is taking. */
  async take(name: string): Promise<TakenJob | undefined> {
    let failure: unknown; // pg-boss keeps it to itself
    const executeSql = async (sql: string, values: unknown[]): Promise<{ rows: unknown[] }> => {
      try {
        return await this.execute(sql, values);
      } catch (error) {
        failure = error;
        throw error;
      }
    };
    const [taken] = await this.boss.fetch(name, { includeMetadata: true, db: { executeSql } });
    if (failure) throw failure as Error;
    return taken;
  }

  async complete({ name, id }: TakenJob): Promise<void> {
    await this.boss.complete(name, id);
  }

  /** To be tried again later, unless that was the last try. Only the name of the error is kept. */
  async fail({ name, id }: TakenJob, error: unknown): Promise<void> {
    await this.boss.fail(name, id, { error: error instanceof Error ? error.name : typeof error });
  }

  /** Hands on what a dead node had begun, and throws away what was done long ago. */
  async maintain(): Promise<void> {
    await this.boss.maintain();
  }

  private async execute(sql: string, values: unknown[] = []): Promise<{ rows: unknown[] }> {
    return {
      rows: await (values.length > 0 ? this.database.query(sql, values) : this.database.runScript(sql)),
    };
  }
}

const DUE = `
  SELECT queue.name FROM unnest($1::text[]) queue (name)
  WHERE EXISTS (SELECT FROM pgboss.job WHERE job.name = queue.name AND state < 'active' AND start_after < now())`;
