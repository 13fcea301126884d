import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import { migrate, migrationOptions } from '../../src/database/migrate.js';
import { RELEASE } from '../../src/database/release.js';
import {
  applyRoutines,
  loadRoutines,
  type Routine,
  sortByDependency,
  toRoutine,
} from '../../src/database/routines.js';
import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';
import { connect, queryTexts } from '../support/database/sql.js';

const SOURCES = join(__dirname, '../../src/database');
const MIGRATIONS = join(SOURCES, 'migrations');

const routines = loadRoutines();
const names = routines.map(({ name }) => name);
/** Names of the routines that the statements of a file create or call. */
const calledIn = (sql: string): string[] =>
  names.filter((name) => new RegExp(`\\b${name}\\s*\\(`).test(sql.replace(/--.*/g, '')));

describe('The routine files', () => {
  it('state the contract and exactly the required routines', () => {
    for (const { name, sql, requires } of routines) {
      expect(sql).toMatch(/^-- \S[\s\S]*^-- (Parameters|Fires): [\s\S]*^-- Locks: [\s\S]*^-- Volatility: /m);
      expect([name, ...requires].sort()).toEqual(calledIn(sql).sort());
    }
  });

  it('are the only SQL that calls a routine: no migration does', () => {
    for (const file of readdirSync(MIGRATIONS))
      expect(calledIn(readFileSync(join(MIGRATIONS, file), 'utf8'))).toEqual([]);
  });

  it('match the checksums of the release; after a change run pnpm schema:release', () => {
    expect(JSON.parse(readFileSync(join(SOURCES, 'checksums.json'), 'utf8'))).toEqual({
      release: RELEASE,
      migrations: readdirSync(MIGRATIONS)
        .filter((file) => file.endsWith('.ts'))
        .map((file) => file.replace('.ts', ''))
        .sort(),
      routines: Object.fromEntries(routines.map(({ name, checksum }) => [name, checksum])),
    });
  });

  it('are sorted by dependency, and a missing or circular dependency is an error', () => {
    const [a, b] = [toRoutine('a', '-- requires: b'), toRoutine('b', '')];
    expect(sortByDependency([a, b])).toEqual([b, a]);
    expect(() => sortByDependency([a])).toThrow('Routine b is missing: a → b');
    expect(() => sortByDependency([a, toRoutine('b', '-- requires: a')])).toThrow('circular');
  });
});

describe('The routines of a database', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let runner: QueryRunner;
  let owner: Client;

  beforeEach(async () => {
    database = await createDatabase();
    dataSource = await new DataSource(migrationOptions(database.ownerUrl)).initialize();
    runner = dataSource.createQueryRunner();
    owner = await connect(database.ownerUrl);
  });
  afterEach(async () => {
    await owner.end();
    await runner.release();
    await dataSource.destroy();
    await database.drop();
  });

  const functions = (): Promise<string[]> =>
    queryTexts(owner, `SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1`);
  const sourceOf = async (name: string): Promise<string> =>
    (await queryTexts(owner, 'SELECT prosrc FROM pg_proc WHERE proname = $1', [name])).join();

  it('are those of the files, each under its name and checksum', async () => {
    expect(await functions()).toEqual([...names].sort());
    expect(
      await queryTexts(owner, `SELECT name || ' ' || checksum || ' ' || release FROM schema_routines`),
    ).toEqual(expect.arrayContaining(routines.map(({ name, checksum }) => `${name} ${checksum} ${RELEASE}`)));
  });

  it('are used by no constraint, index or default', async () => {
    expect(
      await queryTexts(
        owner,
        `SELECT classid::regclass || ' ' || objid FROM pg_depend JOIN pg_proc ON pg_proc.oid = refobjid
         WHERE refclassid = 'pg_proc'::regclass AND pronamespace = 'public'::regnamespace
           AND classid <> 'pg_trigger'::regclass`,
      ),
    ).toEqual([]);
  });

  it('are replaced only when the file differs', async () => {
    const added = toRoutine(
      'one',
      'CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    );
    const edited = toRoutine('one', added.sql.replace('SELECT 1', 'SELECT 2'));
    await applyRoutines(runner, [...routines, added]);
    expect(await sourceOf('one')).toBe(' SELECT 1 ');
    await applyRoutines(runner, [...routines, edited]);
    expect(await sourceOf('one')).toBe(' SELECT 2 ');

    await owner.query(added.sql);
    await applyRoutines(runner, [...routines, edited]);
    expect(await sourceOf('one')).toBe(' SELECT 1 ');
  });

  it('are dropped without a file, a trigger with its function', async () => {
    const isKept = ({ sql }: Routine): boolean => !sql.includes('CREATE OR REPLACE TRIGGER');
    await applyRoutines(runner, routines.filter(isKept));
    expect(await functions()).toEqual(
      routines
        .filter(isKept)
        .map(({ name }) => name)
        .sort(),
    );
    expect(await queryTexts(owner, 'SELECT tgname FROM pg_trigger WHERE NOT tgisinternal')).toEqual([]);
  });

  it('change together or not at all', async () => {
    const before = await functions();
    const failing = [toRoutine('one', 'CREATE FUNCTION one() RETURNS int LANGUAGE sql AS $$ SELECT x $$')];
    await expect(applyRoutines(runner, failing)).rejects.toThrow('column "x" does not exist');
    expect(await functions()).toEqual(before);
  });

  it('stay unchanged under a build of a lower release', async () => {
    await owner.query('UPDATE schema_routines SET release = $1', [RELEASE + 1]);
    await owner.query('DELETE FROM schema_routines WHERE name = $1', [names[0]]);
    await migrate(database.ownerUrl);
    expect(await queryTexts(owner, 'SELECT name FROM schema_routines')).not.toContain(names[0]);
  });
});
