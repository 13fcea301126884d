import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '@tms/embedded-postgres';

const DATABASE = 'messaging';
const APP_ROLE = 'messaging_app';
const GRANTS = join(__dirname, '../../docker/grants.sql');

/** PostgreSQL's details of an error may hold what people wrote. */
const QUIET_LOG = { log_error_verbosity: 'terse' };

export interface EmbeddedDatabase {
  /** As the least-privilege role. */
  databaseUrl: string;
  /** As the owner of the schema. */
  databaseMigrationUrl: string;
  stop(): Promise<void>;
}

/** The PostgreSQL that the server brings along, with the same two roles as an operator would make. */
export async function startEmbeddedDatabase(dataDir: string): Promise<EmbeddedDatabase> {
  const postgres = await startEmbeddedPostgres({ dataDir, settings: QUIET_LOG });
  try {
    await createDatabase(postgres.url('postgres'));
    const password = randomBytes(24).toString('base64url');
    await grant(postgres.url(DATABASE), password);
    return {
      databaseUrl: postgres.url(DATABASE, { name: APP_ROLE, password }),
      databaseMigrationUrl: postgres.url(DATABASE),
      stop: () => postgres.stop(),
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function createDatabase(url: string): Promise<void> {
  await connected(url, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  });
}

/** The password is new at every start and nowhere kept. */
async function grant(url: string, password: string): Promise<void> {
  const grants = await readFile(GRANTS, 'utf8');
  await connected(url, async (client) => {
    await client.query(grants);
    await client.query(`ALTER ROLE ${APP_ROLE} PASSWORD ${client.escapeLiteral(password)}`);
  });
}

async function connected(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
