import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../../src/database/migrate.js';
import { DatabasePool } from './database-pool.js';

const TEMPLATE = 'messaging_template';
const GRANTS = join(__dirname, '../../../docker/grants.sql');

/** Owner of the schema. Without superuser rights, as on a hosted PostgreSQL. */
const OWNER = { role: 'messaging_owner', password: 'owner-of-the-tests' };
const APPLICATION = { role: 'messaging_app', password: 'application-of-the-tests' };

/** Tables whose rows belong to the schema or to a running server. */
const KEPT_TABLES = ['migrations', 'schema_routines', 'server_secrets', 'database_epochs', 'server_nodes'];
const JOB_TABLES = ['job', 'archive'];

export interface TestDatabase {
  name: string;
  /** URL for the role of the application, messaging_app. */
  url: string;
  /** URL for the owner of the schema. */
  ownerUrl: string;
  /** Deletes all rows and jobs; the schema and the secrets of a server stay. */
  clear(): Promise<void>;
  drop(): Promise<void>;
}

/**
 * Creates a database with the schema of the migrations. `empty`: grants only. `server`: superuser URL of a PostgreSQL
 * other than the one of the test run.
 */
export async function createDatabase(
  options: { empty?: boolean; server?: string } = {},
): Promise<TestDatabase> {
  const server = options.server ?? process.env.TEST_POSTGRES_URL;
  if (!server)
    throw new Error('TEST_POSTGRES_URL is not set: the global setup starts PostgreSQL and sets it.');
  const hasPool = options.server === undefined && !options.empty;
  const claimed = hasPool ? await withClient(server, (client) => DatabasePool.claim(client)) : undefined;
  const name = claimed ?? (await cloneDatabase(server, options.empty ? 'template0' : TEMPLATE));
  const ownerUrl = urlOf(server, name, OWNER);
  if (options.empty) await execute(ownerUrl, await readGrants());
  return {
    name,
    url: urlOf(server, name, APPLICATION),
    ownerUrl,
    clear: async () => void (await execute(urlOf(server, name), CLEAR)),
    drop: async () => void (await execute(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

/** Creates a database from a template and returns its name. */
export async function cloneDatabase(server: string, template = TEMPLATE): Promise<string> {
  const name = `messaging_test_${randomUUID().replaceAll('-', '')}`;
  await execute(server, `CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${OWNER.role}`);
  return name;
}

/** Creates both roles and the template of all test databases. */
export async function prepareTemplate(superuserUrl: string): Promise<void> {
  await execute(
    superuserUrl,
    `DO $$ BEGIN
       IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${OWNER.role}') THEN
         CREATE ROLE ${OWNER.role} LOGIN NOSUPERUSER CREATEROLE;
       END IF;
     END $$`,
  );
  await execute(superuserUrl, `ALTER ROLE ${OWNER.role} PASSWORD '${OWNER.password}'`);
  await execute(superuserUrl, `DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`);
  await execute(superuserUrl, `CREATE DATABASE ${TEMPLATE} TEMPLATE template0 OWNER ${OWNER.role}`);
  const ownerUrl = urlOf(superuserUrl, TEMPLATE, OWNER);
  await execute(ownerUrl, await readGrants());
  await execute(superuserUrl, `ALTER ROLE ${APPLICATION.role} PASSWORD '${APPLICATION.password}'`);
  await migrate(ownerUrl);
}

/** Neither triggers nor foreign keys act while the rows are deleted. */
const CLEAR = `DO $$ DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN
    SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE schemaname = 'public' AND tablename NOT IN (${listOf(KEPT_TABLES)})
      OR schemaname = 'pgboss' AND tablename IN (${listOf(JOB_TABLES)})
  LOOP
    EXECUTE 'DELETE FROM ' || name;
  END LOOP;
END $$`;

function listOf(names: string[]): string {
  return names.map((name) => `'${name}'`).join();
}

function execute(url: string, sql: string): Promise<unknown> {
  return withClient(url, (client) => client.query(sql));
}

async function withClient<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(server: string, database: string, as?: { role: string; password: string }): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  if (as) [url.username, url.password] = [as.role, as.password];
  return url.toString();
}

/** Statements of grants.sql, without its commands of psql. */
export async function readGrants(): Promise<string> {
  return (await readFile(GRANTS, 'utf8')).replace(/^\\.*$/gm, '');
}
