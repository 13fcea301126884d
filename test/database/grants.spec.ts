import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readGrants } from '../support/environment/test-database.js';
import { query } from '../support/servers/embedded-postgres-fixture.js';

const SUPERUSER = process.env.TEST_POSTGRES_URL!;
const suffix = randomUUID().slice(0, 8);
const [OWNER, DATABASE] = [`owner_${suffix}`, `grants_${suffix}`];

describe('grants.sql', () => {
  beforeAll(async () => {
    await query(SUPERUSER, `CREATE ROLE ${OWNER} LOGIN NOCREATEROLE PASSWORD 'owner'`);
    await query(SUPERUSER, `CREATE DATABASE ${DATABASE} OWNER ${OWNER}`);
  });
  afterAll(async () => {
    await query(SUPERUSER, `DROP DATABASE ${DATABASE} WITH (FORCE)`);
    await query(SUPERUSER, `DROP ROLE ${OWNER}`);
  });

  it('works for an owner without CREATEROLE: the settings of the role become those of the database', async () => {
    const url = Object.assign(new URL(SUPERUSER), {
      username: OWNER,
      password: 'owner',
      pathname: DATABASE,
    }).href;
    const settings = `SELECT unnest(setconfig) AS setting FROM pg_db_role_setting
      WHERE setrole = 0 AND setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1`;
    for (let times = 0; times < 2; times++) {
      await query(url, await readGrants());
      expect(await query(url, settings)).toEqual([
        { setting: 'random_page_cost=1.1' },
        { setting: 'synchronous_commit=on' },
      ]);
    }
    expect(
      await query(url, `SELECT has_schema_privilege('messaging_app', 'public', 'USAGE') AS granted`),
    ).toEqual([{ granted: true }]);
  });

  it('stops psql at the first error', () => {
    const lines = readFileSync(join(__dirname, '../../docker/grants.sql'), 'utf8').split('\n');
    expect(lines.find((line) => !line.startsWith('--'))).toBe('\\set ON_ERROR_STOP on');
  });
});
