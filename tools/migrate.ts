import { existsSync } from 'node:fs';
import { generateMigration } from './generate-migration.js';
import { migrate, revertMigration } from '../src/database/migrate.js';
import { withEmbeddedDatabase, withTemporaryDatabase } from './embedded-databases.js';

type Work = (url: string) => Promise<void>;

const USAGE = 'Usage: migrate run | revert | generate src/database/migrations/<name>';

/** `pnpm migration:run`, `migration:revert`, `migration:generate <path>`. Variables as at the start of the server, `.env` included. */
async function main([command, path]: string[]): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const url = process.env.DATABASE_MIGRATION_URL || process.env.DATABASE_URL;
  if (command === 'generate' && path) {
    const generate: Work = (database) => generateMigration(database, path);
    return url ? generate(url) : withTemporaryDatabase(generate);
  }
  const work: Work | undefined = { run: migrate, revert: revertMigration }[command ?? ''];
  if (!work) throw new Error(USAGE);
  return url ? work(url) : withEmbeddedDatabase(process.env.DATA_DIR || '.data', work);
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
