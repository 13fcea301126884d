import { Client } from 'pg';

/** Databases that are cloned before a test asks for one. */
const SIZE = 3;
const TABLE = 'available_databases';
const CHANNEL = 'database_claimed';

/** Keeps clones of the template ready, in the process of the global setup. */
export class DatabasePool {
  private pending: Promise<void> = Promise.resolve();
  private isStopped = false;

  private constructor(
    private readonly client: Client,
    private readonly clone: () => Promise<string>,
  ) {}

  static async start(superuserUrl: string, clone: () => Promise<string>): Promise<DatabasePool> {
    const client = new Client({ connectionString: superuserUrl });
    await client.connect();
    await client.query(`CREATE TABLE ${TABLE} (name text PRIMARY KEY); LISTEN ${CHANNEL}`);
    const pool = new DatabasePool(client, clone);
    client.on('notification', () => pool.addClone());
    for (let count = 0; count < SIZE; count++) pool.addClone();
    return pool;
  }

  /** Name of a prepared database; undefined when none is ready. */
  static async claim(superuser: Client): Promise<string | undefined> {
    const { rows } = await superuser.query<{ name: string }>(
      `WITH claimed AS (
         DELETE FROM ${TABLE} WHERE name = (SELECT name FROM ${TABLE} LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING name)
       SELECT name, pg_notify('${CHANNEL}', '') FROM claimed`,
    );
    return rows[0]?.name;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.pending;
    await this.client.end();
  }

  private addClone(): void {
    this.pending = this.pending.then(async () => {
      if (this.isStopped) return;
      await this.client.query(`INSERT INTO ${TABLE} VALUES ($1)`, [await this.clone()]);
    });
  }
}
