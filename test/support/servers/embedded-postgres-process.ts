import { startEmbeddedPostgres } from '@tms/embedded-postgres';

/** A server of its own process, for tests that kill it. It prints a connection URL and lives while its stdin is open. */
async function main(dataDir: string): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir, fsync: false });
  process.stdout.write(`${postgres.url('postgres')}\n`);
  process.stdin.resume();
}

void main(process.argv[2] ?? '');
