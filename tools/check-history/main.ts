import { Client } from 'pg';
import { dataSourceOptions } from '../../src/kernel/database/data-source-options.js';
import { checkDatabase } from './check.js';

/** `DATABASE_URL=postgres://… pnpm check:history`. Exit codes: 0 no violation, 1 violations, 2 the check failed. */
async function main(databaseUrl: string | undefined): Promise<number> {
  if (!databaseUrl) throw new Error('Set DATABASE_URL to the database to check.');
  const database = new Client({ connectionString: dataSourceOptions(databaseUrl, 1).url });
  await database.connect();
  try {
    await database.query('SET default_transaction_read_only = on');
    const { violations, conversations, messages, users } = await checkDatabase(database);
    for (const violation of violations) process.stdout.write(`${violation}\n`);
    const checked = `${conversations} conversations, ${messages} messages, ${users} users`;
    process.stdout.write(`${checked}: ${violations.length === 0 ? 'no violations' : 'VIOLATIONS FOUND'}\n`);
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
