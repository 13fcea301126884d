import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { dataSourceOptions } from '../kernel/database/data-source-options.js';
import { RELEASE } from './release.js';
import {
  applyRoutines,
  createRoutinesTable,
  dropRoutines,
  findDatabaseRelease,
  loadRoutines,
} from './routines.js';

/** Key of the advisory lock that one migrating process holds. */
const LOCK = 7_418_529;

const logger = new Logger('Migrations');

/** The connection of the schema's owner, without time limits: a migration may take long. */
export function migrationOptions(url: string): ReturnType<typeof dataSourceOptions> {
  const options = dataSourceOptions(url, 2);
  return {
    ...options,
    migrations: [join(__dirname, 'migrations/*.{js,ts}')],
    migrationsTransactionMode: 'each',
    extra: { ...options.extra, statement_timeout: 0, lock_timeout: 0, query_timeout: 0 },
  };
}

/** Runs pending migrations, then applies changed routines. Nodes that start together wait for one another. */
export async function migrate(url: string): Promise<void> {
  await withMigrationLock(url, async (runner) => {
    await createRoutinesTable(runner);
    const release = await findDatabaseRelease(runner);
    if (release > RELEASE)
      return logger.warn(`The schema is of release ${release}, this build of ${RELEASE}: left unchanged.`);
    await runner.dataSource.runMigrations();
    await applyRoutines(runner, loadRoutines());
  });
}

/** Drops all routines and reverts the last migration. The next `migrate` applies the routines of its build again. */
export async function revertMigration(url: string): Promise<void> {
  await withMigrationLock(url, async (runner) => {
    await createRoutinesTable(runner);
    await dropRoutines(runner);
    await runner.dataSource.undoLastMigration();
  });
}

async function withMigrationLock(url: string, work: (runner: QueryRunner) => Promise<void>): Promise<void> {
  const dataSource = await new DataSource(migrationOptions(url)).initialize();
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await work(runner);
  } finally {
    await runner.release();
    await dataSource.destroy();
  }
}
