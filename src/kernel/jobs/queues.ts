import type { QueryRunner } from 'typeorm';

/** Settings of every queue: a failed job is retried for one to two hours with increasing delays. */
const QUEUE_SETTINGS = {
  /** At most one waiting job per key. */
  policy: 'short',
  retryLimit: 12,
  retryDelay: 1,
  retryBackoff: true,
  expireInSeconds: 900,
  /** Keeps jobs that were due while the server was down. */
  retentionMinutes: 60 * 24 * 365 * 10,
};

/** Creates a queue in a migration. A queue is a partition of a table of pg-boss, and the application role has no DDL. */
export async function createQueue(runner: QueryRunner, name: string): Promise<void> {
  await runner.query('SELECT pgboss.create_queue($1, $2)', [name, JSON.stringify(QUEUE_SETTINGS)]);
}

/** Drops a queue with its jobs, in the `down` of a migration. */
export async function dropQueue(runner: QueryRunner, name: string): Promise<void> {
  await runner.query('DELETE FROM pgboss.job WHERE name = $1', [name]);
  await runner.query('SELECT pgboss.delete_queue($1)', [name]);
}
