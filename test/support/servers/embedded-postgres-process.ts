import { startEmbeddedPostgres } from '@tms/embedded-postgres';

/**
 * Embedded PostgreSQL in a process of its own, for tests that kill it. Prints a connection URL and runs until
 * its stdin closes.
 */
async function main(dataDir: string): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir, fsync: false });
  process.stdout.write(`${postgres.url('postgres')}\n`);
  process.stdin.resume();
}

void main(process.argv[2] ?? '');
