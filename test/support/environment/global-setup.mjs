import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts the PostgreSQL of the test run in a process of its own: jest transforms what is loaded here, for the tests only. */
export default async function globalSetup() {
  const path = fileURLToPath(new URL('test-postgres.ts', import.meta.url));
  const postgres = fork(path, { execArgv: ['--import', 'tsx'] });
  const failed = once(postgres, 'exit').then(() => Promise.reject(new Error('PostgreSQL did not start.')));
  [process.env.TEST_POSTGRES_URL] = await Promise.race([once(postgres, 'message'), failed]);
  failed.catch(() => {});
  globalThis.testPostgres = postgres;
}
