import type { QueryRunner } from 'typeorm';

/** How every queue of this server behaves: a job that fails is tried again for an hour or two, later each time. */
const BEHAVIOUR = {
  /** One job waits under a key at most. */
  policy: 'short',
  retryLimit: 12,
  retryDelay: 1,
  retryBackoff: true,
  expireInSeconds: 900,
  /** A job is not thrown away because the server was off when it was due. */
  retentionMinutes: 60 * 24 * 365 * 10,
};

/** For a migration: a queue is a partition of pg-boss's table, and the role of the server has no DDL. */
export async function createQueue(runner: QueryRunner, name: string): Promise<void> {
  await runner.query('SELECT pgboss.create_queue($1, $2)', [name, JSON.stringify(BEHAVIOUR)]);
}

/** For the way down. What waits in the queue goes with it. */
export async function dropQueue(runner: QueryRunner, name: string): Promise<void> {
  await runner.query('DELETE FROM pgboss.job WHERE name = $1', [name]);
  await runner.query('SELECT pgboss.delete_queue($1)', [name]);
}
