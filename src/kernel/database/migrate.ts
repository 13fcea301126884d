import { DataSource } from 'typeorm';
import { migrationOptions } from './data-source-options.js';

const LOCK = 7_418_529;

/** Brings the schema up to date. Nodes that start together wait for the one that is faster. */
export async function migrate(url: string): Promise<void> {
  const dataSource = await new DataSource(migrationOptions(url)).initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await dataSource.runMigrations();
  } finally {
    await lock.release();
    await dataSource.destroy();
  }
}
