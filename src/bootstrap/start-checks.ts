import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { RELEASE } from '../database/release.js';
import type { Config } from '../kernel/config/config.js';
import { dataSourceOptions } from '../kernel/database/data-source-options.js';

/** Time for PostgreSQL and the database to be there. */
const WAIT_MS = 60_000;
const RETRY_MS = 1_000;
/** System errors, and the SQLSTATE of a PostgreSQL that starts (cannot_connect_now) or lacks the database yet. */
const NOT_YET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  '57P03',
  '3D000',
]);
/** Errors of pg without a code: no answer, or a connection that a proxy or a starting PostgreSQL closed. */
const LOST = /^timeout expired$|^Connection terminated/;
const MIN_VERSION = 150_000;

/** Settings of a database on which the guarantees of the server rest. */
export interface DatabaseSettings {
  version: string;
  version_number: number;
  encoding: string;
  synchronous_commit: string;
}

/** Waits for the database and requires its settings. */
export async function checkDatabase({ databaseUrl }: Config): Promise<void> {
  const client = await connectWhenReady(databaseUrl);
  try {
    const { rows } = await client.query<DatabaseSettings>(
      `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS version_number,
         current_setting('server_encoding') AS encoding, current_setting('synchronous_commit') AS synchronous_commit`,
    );
    requireSettings(rows[0]!);
  } finally {
    await client.end();
  }
}

export function requireSettings(settings: DatabaseSettings): void {
  const { version, version_number, encoding, synchronous_commit } = settings;
  if (version_number < MIN_VERSION)
    throw new Error(`DATABASE_URL: PostgreSQL ${version} is too old, version 15 or later is required.`);
  if (encoding !== 'UTF8')
    throw new Error(`DATABASE_URL: the database has server_encoding ${encoding}, UTF8 is required.`);
  if (synchronous_commit === 'off')
    throw new Error(
      'DATABASE_URL: synchronous_commit is off, so acknowledged messages could be lost. Set it to on for this role.',
    );
}

/** Requires the schema of this build or a later one. Runs after the migrations of the start, if it runs them. */
export async function checkSchema({ databaseUrl }: Config): Promise<void> {
  const client = await connectWhenReady(databaseUrl);
  try {
    const release = await findRelease(client);
    if (release < RELEASE)
      throw new Error(
        `DATABASE_URL: migrations are pending, the schema is of release ${release} and this build of ${RELEASE}. Run pnpm migration:run, or set MIGRATE_ON_START=true.`,
      );
  } finally {
    await client.end();
  }
}

/** Requires a writable directory for uploads; with a bucket it holds unfinished ones. */
export async function checkAttachmentsDirectory({ attachmentsDir, dataDir }: Config): Promise<void> {
  const directory = attachmentsDir || join(dataDir, 'attachments');
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK);
  } catch (error) {
    const variable = attachmentsDir ? 'ATTACHMENTS_DIR' : 'DATA_DIR';
    throw new Error(`${variable}: ${directory} is not writable (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    });
  }
}

/** Release of the schema; 0 without one. */
async function findRelease(client: Client): Promise<number> {
  const { rows } = await client.query<{ has_schema: boolean }>(
    `SELECT to_regclass('schema_routines') IS NOT NULL AS has_schema`,
  );
  if (!rows[0]!.has_schema) return 0;
  const found = await client.query<{ release: number }>(
    'SELECT coalesce(max(release), 0) AS release FROM schema_routines',
  );
  return found.rows[0]!.release;
}

async function connectWhenReady(databaseUrl: string): Promise<Client> {
  const { url, connectTimeoutMS, applicationName } = dataSourceOptions(databaseUrl, 1);
  const startedAt = performance.now();
  for (let isFirst = true; ; isFirst = false) {
    const client = new Client({
      connectionString: url,
      connectionTimeoutMillis: connectTimeoutMS,
      application_name: applicationName,
    });
    client.on('error', () => undefined); // a lost connection fails its query
    try {
      await client.connect();
      return client;
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      const reason = message || code; // several addresses: an AggregateError without a text
      const isNotYet = NOT_YET.has(code) || LOST.test(message);
      if (!isNotYet || performance.now() - startedAt > WAIT_MS)
        throw new Error(`DATABASE_URL: ${reason}`, { cause: error });
      if (isFirst) new Logger('Database').warn(`Waiting for the database of DATABASE_URL: ${reason}`);
      await sleep(RETRY_MS);
    }
  }
}
