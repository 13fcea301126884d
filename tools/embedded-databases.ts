import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@tms/embedded-postgres';
import { startEmbeddedDatabase } from '../src/bootstrap/embedded-database.js';
import { migrate } from '../src/database/migrate.js';

type Work = (url: string) => Promise<void>;

/** Runs work on the embedded PostgreSQL in the data directory of the server, which must not run meanwhile. */
export async function withEmbeddedDatabase(dataDir: string, work: Work): Promise<void> {
  const database = await startEmbeddedDatabase(dataDir, (error) => {
    throw error;
  });
  try {
    await work(database.databaseMigrationUrl);
  } finally {
    await database.stop();
  }
}

/** Runs work on a temporary embedded PostgreSQL with the schema of all migrations. */
export async function withTemporaryDatabase(work: Work): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'migrations-'));
  await chmod(dataDir, 0o755); // PostgreSQL runs as another user than root
  const postgres = await startEmbeddedPostgres({ dataDir, fsync: false });
  try {
    const url = postgres.url('postgres');
    await migrate(url);
    await work(url);
  } finally {
    await postgres.stop();
    await rm(await realpath(join(dataDir, 'postgres')), { recursive: true });
    await rm(dataDir, { recursive: true });
  }
}
