import { randomUUID } from 'node:crypto';
import { requireSettings } from '../../src/bootstrap/start-checks.js';
import { ServerNodes } from '../../src/kernel/database/server-nodes.js';
import { captureOutput } from '../support/environment/captured-output.js';
import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';
import { waitUntil } from '../support/environment/wait-until.js';
import { JWT_SECRET } from '../support/clients/tokens.js';
import { BuiltServer } from '../support/servers/built-server.js';
import { query } from '../support/servers/embedded-postgres-fixture.js';
import { startTestServer } from '../support/servers/test-server.js';

const SUPERUSER = process.env.TEST_POSTGRES_URL!;

describe('The start', () => {
  const databases: TestDatabase[] = [];
  const servers: BuiltServer[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.kill();
    for (const database of databases.splice(0)) await database.drop();
  });

  async function create(options?: { empty: boolean }): Promise<TestDatabase> {
    const database = await createDatabase(options);
    databases.push(database);
    return database;
  }

  function launch(databaseUrl: string, settings: Record<string, string> = {}): BuiltServer {
    const server = BuiltServer.launch({
      DATABASE_URL: databaseUrl,
      MIGRATE_ON_START: 'false',
      AUTH_JWT_SECRET: JWT_SECRET,
      ...settings,
    });
    servers.push(server);
    return server;
  }

  /** Requires that the start ends with one line. */
  async function expectRejected(server: BuiltServer, line: string): Promise<void> {
    expect(await server.exited).toBe(1);
    expect(server.output.trim().split('\n')).toEqual([expect.stringContaining(line)]);
  }

  it('waits for a database that is not there yet', async () => {
    const database = await create();
    const name = `${database.name}_late`;
    const server = launch(Object.assign(new URL(database.url), { pathname: `/${name}` }).href);
    await waitUntil(() => server.output.includes('Waiting for the database of DATABASE_URL'));
    await query(SUPERUSER, `ALTER DATABASE ${database.name} RENAME TO ${name}`);
    await waitUntil(() => server.output.includes('Socket.IO') || !server.isRunning);
    expect(server.isRunning).toBe(true);
    await server.kill();
    await query(SUPERUSER, `DROP DATABASE ${name} WITH (FORCE)`);
  });

  it('is rejected while migrations are pending', async () => {
    await expectRejected(launch((await create({ empty: true })).url), 'DATABASE_URL: migrations are pending');
  });

  it('is rejected with a wrong password', async () => {
    const url = Object.assign(new URL((await create()).url), { password: 'wrong' });
    await expectRejected(launch(url.href), 'DATABASE_URL: password authentication failed');
  });

  it('is rejected when a commit is not on disk before its ack', async () => {
    const url = new URL((await create()).url);
    url.searchParams.set('options', '-c synchronous_commit=off');
    await expectRejected(launch(url.href), 'DATABASE_URL: synchronous_commit is off');
  });

  it('is rejected on a database that counts bytes as characters', async () => {
    const { url } = await create();
    const name = `ascii_${randomUUID().slice(0, 8)}`;
    await query(
      SUPERUSER,
      `CREATE DATABASE ${name} ENCODING 'SQL_ASCII' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0`,
    );
    const server = launch(Object.assign(new URL(url), { pathname: `/${name}` }).href);
    await expectRejected(
      server,
      'DATABASE_URL: the database has server_encoding SQL_ASCII, UTF8 is required.',
    );
    await query(SUPERUSER, `DROP DATABASE ${name} WITH (FORCE)`);
  });

  it('is rejected when the attachments cannot be stored', async () => {
    const { url } = await create();
    await expectRejected(
      launch(url, { ATTACHMENTS_DIR: '/dev/null/files' }),
      'ATTACHMENTS_DIR: /dev/null/files is not writable (ENOTDIR).',
    );
  });

  it('requires PostgreSQL 15', () => {
    const settings = { version: '14.9', version_number: 140_009, encoding: 'UTF8', synchronous_commit: 'on' };
    expect(() => requireSettings(settings)).toThrow('PostgreSQL 14.9 is too old');
    for (const synchronous_commit of ['on', 'remote_apply', 'remote_write', 'local'])
      requireSettings({ ...settings, version_number: 150_000, synchronous_commit });
  });

  it('of a second server on the database is reported once, a dead one is not', async () => {
    const { url: databaseUrl, ownerUrl } = await create();
    const output = captureOutput();
    const first = await startTestServer({ databaseUrl, logLevel: 'warn' });
    const warnings = (): string[] =>
      output.lines.filter((line) => line.includes('Another server uses this database'));
    try {
      await query(ownerUrl, `INSERT INTO server_nodes VALUES ('${randomUUID()}', now())`);
      const nodes = first.app.get(ServerNodes);
      for (let times = 0; times < 3; times++) await nodes.renew();
      expect(warnings()).toEqual([]);
      const second = await startTestServer({ databaseUrl, logLevel: 'warn' });
      await nodes.renew();
      for (let times = 0; times < 2; times++) {
        await second.app.get(ServerNodes).renew();
        await nodes.renew();
      }
      expect(warnings().length).toBeGreaterThan(0);
      await second.stop();
      expect(await query(ownerUrl, 'SELECT node_id FROM server_nodes')).toHaveLength(2);
    } finally {
      output.restore();
      await first.stop();
    }
  });
});
