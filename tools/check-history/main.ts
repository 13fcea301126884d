import { Client } from 'pg';
import { migrationOptions } from '../../src/kernel/database/data-source-options.js';
import { check } from './check.js';

/** `DATABASE_URL=postgres://… pnpm check:history`: 0 when everything is as it must be, 1 when not, 2 when it cannot be told. */
async function main(databaseUrl: string | undefined): Promise<number> {
  if (!databaseUrl) throw new Error('Set DATABASE_URL to the database to check.');
  const database = new Client({ connectionString: migrationOptions(databaseUrl).url });
  await database.connect();
  try {
    await database.query('SET default_transaction_read_only = on');
    const { violations, conversations, messages, people } = await check(database);
    for (const violation of violations) process.stdout.write(`${violation}\n`);
    const seen = `${conversations} conversations, ${messages} messages, ${people} people`;
    process.stdout.write(`${seen}: ${violations.length === 0 ? 'all as it must be' : 'NOT as it must be'}\n`);
    return violations.length === 0 ? 0 : 1;
  } finally {
    await database.end();
  }
}

main(process.env.DATABASE_URL).then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  },
);
