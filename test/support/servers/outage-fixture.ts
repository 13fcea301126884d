import { Client } from 'pg';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../../src/bootstrap/create-app.js';
import type { EmbeddedPostgres } from '@tms/embedded-postgres';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { createDatabase, prepareTemplate, type TestDatabase } from '../environment/test-database.js';
import { expectData, Device, restTransport, type Transport } from '../clients/transports.js';
import { cleanUp, createDirectory, query, startPostgres } from './embedded-postgres-fixture.js';
import { createUser, testConfig, type TestUser } from './test-server.js';
import { TcpProxy } from './tcp-proxy.js';
import { waitUntil } from '../environment/wait-until.js';

export const POOL_SIZE = 4;

/** Server whose database can be stopped, started, cut off and stalled, with two users in a conversation. */
export class OutageFixture {
  private constructor(
    private postgres: EmbeddedPostgres,
    private readonly dataDir: string,
    readonly database: TestDatabase,
    readonly proxy: TcpProxy,
    readonly app: NestExpressApplication,
    readonly url: string,
  ) {}

  private lockClient?: Client;
  alice: TestUser;
  bob: TestUser;
  rest: Transport;
  device: Device;
  conversationId: string;

  static async create(): Promise<OutageFixture> {
    const dataDir = createDirectory();
    const postgres = await startPostgres(dataDir);
    await prepareTemplate(postgres.url('postgres'));
    const database = await createDatabase({ server: postgres.url('postgres') });
    const proxy = await TcpProxy.start(postgres.port);
    const databaseUrl = Object.assign(new URL(database.url), { port: String(proxy.port) }).toString();
    const app = await createApp(testConfig({ databaseUrl, databasePoolSize: POOL_SIZE, logLevel: 'debug' }));
    await app.listen(0, '127.0.0.1');
    const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
    const fixture = new OutageFixture(postgres, dataDir, database, proxy, app, url);
    await fixture.createUsers();
    return fixture;
  }

  private async createUsers(): Promise<void> {
    [this.alice, this.bob] = [await createUser(this, 'alice'), await createUser(this, 'bob')];
    this.rest = restTransport(this.url, this.alice.token);
    this.device = await Device.connect(this.url, this.alice.token);
    const dm = { type: 'dm', memberIds: [this.bob.id] };
    ({ id: this.conversationId } = await expectData(this.rest.request(createConversation, dm)));
  }

  stopDatabase(): Promise<void> {
    return this.postgres.stop();
  }

  /** Starts on another port, which the proxy hides. */
  async startDatabase(): Promise<void> {
    this.postgres = await startPostgres(this.dataDir);
    this.proxy.target = this.postgres.port;
  }

  /** Queries as superuser, without the proxy. */
  sql<Row extends Record<string, unknown>>(sql: string): Promise<Row[]> {
    return query<Row>(this.postgres.url(this.database.name), sql);
  }

  /** Ends all sessions of the server, as an administrator can. */
  async terminateSessions(): Promise<void> {
    await this.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'messaging_app'");
  }

  /** Locks the conversation against writes until the unlock. */
  async lockConversation(): Promise<void> {
    this.lockClient = new Client({ connectionString: this.postgres.url(this.database.name) });
    this.lockClient.on('error', () => undefined);
    await this.lockClient.connect();
    await this.lockClient.query('BEGIN');
    await this.lockClient.query('SELECT FROM conversations FOR UPDATE');
  }

  async unlockConversation(): Promise<void> {
    await this.lockClient?.end();
    this.lockClient = undefined;
  }

  /** Process id of the waiting writer, other than the given one. */
  async findWaitingProcess(before?: number): Promise<number> {
    let pid: number | undefined;
    await waitUntil(async () => {
      const [waiting] = await this.sql<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE usename = 'messaging_app' AND wait_event_type = 'Lock'",
      );
      pid = waiting?.pid;
      return pid !== undefined && pid !== before;
    });
    return pid!;
  }

  async close(): Promise<void> {
    this.device.close();
    await this.app.close();
    await this.proxy.stop();
    await this.postgres.stop();
    await cleanUp();
  }
}
