import { ReservedConnection } from '../../src/kernel/database/reserved-connection.js';
import { Database } from '../../src/kernel/database/database.js';
import { waitUntil } from '../support/environment/wait-until.js';
import { sharedServer } from '../support/servers/shared-server.js';

describe('A connection to PostgreSQL', () => {
  it('is replaced after its maximum age, in the pool and beside it', async () => {
    const { app } = await sharedServer({ databasePoolSize: 2, databaseConnectionMaxAgeSeconds: 1 });
    const sql = 'SELECT pg_backend_pid() AS pid';
    const connections = [
      () => app.get(Database).query<{ pid: number }>(sql),
      () => app.get(ReservedConnection).query<{ pid: number }>(sql, []),
    ];
    for (const query of connections) {
      const before = (await query())[0]!.pid;
      await waitUntil(async () => (await query())[0]!.pid !== before);
    }
  });

  it('waits for locks of other transactions for a limited time, and ends statements later', async () => {
    const { app } = await sharedServer({ databasePoolSize: 2, databaseConnectionMaxAgeSeconds: 1 });
    const settings = await app.get(Database).query<{ name: string; milliseconds: number }>(
      `SELECT name, setting::int AS milliseconds FROM pg_settings WHERE name IN ('lock_timeout', 'statement_timeout')`,
    );
    const limits = Object.fromEntries(settings.map(({ name, milliseconds }) => [name, milliseconds]));
    expect(limits.lock_timeout).toBeGreaterThan(0);
    expect(limits.lock_timeout).toBeLessThan(limits.statement_timeout!);
  });
});
