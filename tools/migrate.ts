import { migrate, revertMigration } from '../src/database/migrate.js';

const commands: Record<string, (url: string) => Promise<void>> = { run: migrate, revert: revertMigration };

/** `DATABASE_URL=postgres://… pnpm migration:run` or `migration:revert`. */
async function main(command: string | undefined): Promise<void> {
  const url = process.env.DATABASE_MIGRATION_URL ?? process.env.DATABASE_URL;
  if (!url) throw new Error('Set DATABASE_URL (or DATABASE_MIGRATION_URL) to the database to migrate.');
  const work = commands[command ?? ''];
  if (!work) throw new Error(`Usage: migrate ${Object.keys(commands).join(' | ')}`);
  await work(url);
}

main(process.argv[2]).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
