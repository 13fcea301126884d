import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@tms/embedded-postgres';
import { prepareTemplate } from './test-database.js';

/** One PostgreSQL for all tests, not synced to disk: what is killed in tests is our server, not this one. */
export async function startTestPostgres(): Promise<{ url: string; stop: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'messaging-test-'));
  await chmod(dataDir, 0o755); // for the user that PostgreSQL runs as, when we are root
  const postgres = await startEmbeddedPostgres({
    dataDir,
    fsync: false,
    settings: { max_connections: '300' },
  });
  const url = postgres.url('postgres');
  await prepareTemplate(url);
  return {
    url,
    stop: async () => {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
