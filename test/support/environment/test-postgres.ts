import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@tms/embedded-postgres';
import { DatabasePool } from './database-pool.js';
import { cloneDatabase, prepareTemplate } from './test-database.js';

/**
 * Process of the PostgreSQL of a test run, without fsync: tests kill the server, never this PostgreSQL. Sends its URL to
 * the parent process and ends when the channel closes, also when the parent was killed.
 */
async function main(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'messaging-test-'));
  await chmod(dataDir, 0o755); // readable by the user that runs PostgreSQL for root
  const postgres = await startEmbeddedPostgres({
    dataDir,
    fsync: false,
    settings: { max_connections: '300' },
  });
  const url = postgres.url('postgres');
  await prepareTemplate(url);
  const pool = await DatabasePool.start(url, () => cloneDatabase(url));
  const disconnected = once(process, 'disconnect');
  process.send!(url);
  await disconnected;
  await pool.stop();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

// Ctrl-C reaches the whole process group; the parent decides when this process ends.
process.on('SIGINT', () => {});
void main();
