// jest does not map the `.js` of imports to `.ts` here, so tsx loads what the tests share.
import { register } from 'tsx/cjs/api';
import { createRequire } from 'node:module';

export default async function globalSetup() {
  const unregister = register();
  const { startTestPostgres } = createRequire(import.meta.url)('./test-postgres.ts');
  globalThis.testPostgres = await startTestPostgres();
  process.env.TEST_POSTGRES_URL = globalThis.testPostgres.url;
  unregister();
}
