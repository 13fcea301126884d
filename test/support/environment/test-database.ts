import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../../src/database/migrate.js';

const TEMPLATE = 'messaging_template';
const GRANTS = join(__dirname, '../../../docker/grants.sql');

/** Owns the schema and runs the migrations: no superuser either, as at a hosted PostgreSQL. */
const OWNER = { role: 'messaging_owner', password: 'owner-of-the-tests' };
const APPLICATION = { role: 'messaging_app', password: 'application-of-the-tests' };

export interface TestDatabase {
  name: string;
  /** as messaging_app */
  url: string;
  /** as the owner */
  ownerUrl: string;
  drop(): Promise<void>;
}

/** A database of its own, as the migrations leave it; `empty`: with the grants, without them; `server`: not on the usual one. */
export async function createDatabase(
  options: { empty?: boolean; server?: string } = {},
): Promise<TestDatabase> {
  const server = options.server ?? process.env.TEST_POSTGRES_URL;
  if (!server)
    throw new Error('TEST_POSTGRES_URL is not set: the global setup starts PostgreSQL and sets it.');
  const name = `messaging_test_${randomUUID().replaceAll('-', '')}`;
  await execute(
    server,
    `CREATE DATABASE ${name} TEMPLATE ${options.empty ? 'template0' : TEMPLATE} OWNER ${OWNER.role}`,
  );
  const ownerUrl = urlOf(server, name, OWNER);
  if (options.empty) await execute(ownerUrl, await readFile(GRANTS, 'utf8'));
  return {
    name,
    url: urlOf(server, name, APPLICATION),
    ownerUrl,
    drop: () => execute(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** Makes the two roles and the database that all others are copies of. To be called once, before the tests. */
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
  await execute(ownerUrl, await readFile(GRANTS, 'utf8'));
  await execute(superuserUrl, `ALTER ROLE ${APPLICATION.role} PASSWORD '${APPLICATION.password}'`);
  await migrate(ownerUrl);
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function urlOf(server: string, database: string, as: { role: string; password: string }): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  url.username = as.role;
  url.password = as.password;
  return url.toString();
}
