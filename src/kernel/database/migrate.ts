import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { migrationOptions } from './data-source-options.js';
import { isConnectionError } from './sql-state.js';

const LOCK = 7_418_529;
const ATTEMPTS = 10;
const PAUSE_MS = 3_000;

/** Brings the schema up to date. Nodes that start together wait for the one that is faster. */
export async function migrate(url: string): Promise<void> {
  const dataSource = await connected(new DataSource(migrationOptions(url)));
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await dataSource.runMigrations();
  } finally {
    await lock.release();
    await dataSource.destroy();
  }
}

/** A database that is still starting is waited for. */
async function connected(dataSource: DataSource): Promise<DataSource> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await dataSource.initialize();
    } catch (error) {
      if (attempt === ATTEMPTS || !isConnectionError(error)) throw error;
      new Logger('Migrations').warn(`The database does not answer yet, attempt ${attempt} of ${ATTEMPTS}`);
      await sleep(PAUSE_MS);
    }
  }
}
