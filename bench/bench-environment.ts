import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool, type QueryResultRow } from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@tms/embedded-postgres';
import {
  createDatabase,
  prepareTemplate,
  type TestDatabase,
} from '../test/support/environment/test-database.js';
import { JWT_SECRET } from '../test/support/clients/tokens.js';
import { MeasuredProcess } from './measured-process.js';
import { parentOf, processorTimeOfAll } from './processor-time.js';

/** Pool size of the server and of bare pg. */
export const POOL_SIZE = 10;
const MAIN = join(process.env.BENCH_DIST ?? join(__dirname, '../dist'), 'main.js');

/** Own PostgreSQL with fsync as in production, and a new database for each workload. */
export class BenchEnvironment {
  private database: TestDatabase;
  private owner: Pool;
  private postmaster: number;
  private readonly servers: MeasuredProcess[] = [];

  private constructor(
    private readonly dataDir: string,
    private readonly postgres: EmbeddedPostgres,
  ) {}

  static async open(): Promise<BenchEnvironment> {
    const dataDir = await mkdtemp(join(tmpdir(), 'messaging-bench-'));
    await chmod(dataDir, 0o755); // for the system user of PostgreSQL, when the bench runs as root
    const postgres = await startEmbeddedPostgres({ dataDir });
    await prepareTemplate(postgres.url('postgres'));
    return new BenchEnvironment(dataDir, postgres);
  }

  async begin(): Promise<void> {
    this.database = await createDatabase({ server: this.postgres.url('postgres') });
    this.owner = new Pool({ connectionString: this.database.ownerUrl, max: 1 });
    const [session] = await this.sql<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    this.postmaster = parentOf(session!.pid);
  }

  async end(): Promise<void> {
    for (const server of this.servers.splice(0)) await server.stop();
    await this.owner.end();
    await this.database.drop();
  }

  async close(): Promise<void> {
    await this.postgres.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** The built server with the default limits of its environment. */
  startServer(main = MAIN): Promise<MeasuredProcess> {
    return this.keep(
      MeasuredProcess.start(main, {
        DATABASE_URL: this.database.url,
        DATABASE_POOL_SIZE: String(POOL_SIZE),
        MIGRATE_ON_START: 'false',
        AUTH_JWT_SECRET: JWT_SECRET,
      }),
    );
  }

  startPlainSocketIo(): Promise<MeasuredProcess> {
    return this.keep(MeasuredProcess.start(join(__dirname, 'plain-socket-io.mjs')));
  }

  async stop(server: MeasuredProcess): Promise<void> {
    this.servers.splice(this.servers.indexOf(server), 1);
    await server.stop();
  }

  /** Pool with the role and the size of the server's pool. */
  barePool(): Pool {
    return new Pool({ connectionString: this.database.url, max: POOL_SIZE });
  }

  /** Runs a statement as the owner of the schema. */
  async sql<Row extends QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return (await this.owner.query<Row>(sql, parameters)).rows;
  }

  /** Stops the indexing of inserted messages, which would run beside the measurement. */
  async disableIndexQueue(): Promise<void> {
    await this.sql('ALTER TABLE messages DISABLE TRIGGER messages_insert_enqueue_index');
  }

  async enableIndexQueue(): Promise<void> {
    await this.sql('ALTER TABLE messages ENABLE TRIGGER messages_insert_enqueue_index');
  }

  get processorTimeOfPostgres(): number {
    return processorTimeOfAll(this.postmaster);
  }

  private async keep(starting: Promise<MeasuredProcess>): Promise<MeasuredProcess> {
    const server = await starting;
    this.servers.push(server);
    return server;
  }
}
