import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '@tms/embedded-postgres';

const DATABASE = 'messaging';
const APP_ROLE = 'messaging_app';
const GRANTS = join(__dirname, '../../docker/grants.sql');

/** Without details, which may contain message content. */
const LOG_SETTINGS = { log_error_verbosity: 'terse' };

export interface EmbeddedDatabase {
  /** URL of the least-privilege role. */
  databaseUrl: string;
  /** URL of the owner of the schema. */
  databaseMigrationUrl: string;
  stop(): Promise<void>;
}

/** Starts the embedded PostgreSQL with the two roles of an operated database. `onFailed`: it ended and is not started again. */
export async function startEmbeddedDatabase(
  dataDir: string,
  onFailed: (error: Error) => void,
): Promise<EmbeddedDatabase> {
  const postgres = await startEmbeddedPostgres({
    dataDir,
    settings: LOG_SETTINGS,
    onRestarted: () => new Logger('Database').warn('PostgreSQL ended and was started again.'),
    onFailed,
  });
  try {
    await createDatabase(postgres.url('postgres'));
    const password = randomBytes(24).toString('base64url');
    await applyGrants(postgres.url(DATABASE), password);
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
  await withClient(url, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  });
}

/** Each start sets a new password, which is not stored. */
async function applyGrants(url: string, password: string): Promise<void> {
  const grants = (await readFile(GRANTS, 'utf8')).replace(/^\\.*$/gm, ''); // without the commands of psql
  await withClient(url, async (client) => {
    await client.query(grants);
    await client.query(`ALTER ROLE ${APP_ROLE} PASSWORD ${client.escapeLiteral(password)}`);
  });
}

async function withClient(url: string, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
