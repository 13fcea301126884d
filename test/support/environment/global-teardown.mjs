import { once } from 'node:events';

export default async function globalTeardown() {
  const { testPostgres } = globalThis;
  testPostgres.disconnect();
  if (testPostgres.exitCode === null) await once(testPostgres, 'exit');
}
