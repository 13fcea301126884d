import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { migrate, migrationOptions, revertMigration } from '../../src/database/migrate.js';
import {
  listSchemaObjects,
  listSchemaFacts,
  listForeignKeys,
  listIndexes,
  listConstraints,
  listTables,
} from '../support/database/catalogue.js';
import {
  connect,
  insertRow,
  queryNumber,
  expectDatabaseError,
  runAndRollBack,
} from '../support/database/sql.js';
import { FOREIGN_KEYS, CONSTRAINTS, TABLES } from '../support/database/expected-schema.js';
import { insertSampleRows, SAMPLES } from '../support/database/sample-rows.js';
import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';

const ALL_MIGRATIONS_MS = 30_000;

describe('The migrated schema', () => {
  let database: TestDatabase;
  let owner: Client;

  beforeAll(async () => {
    database = await createDatabase();
    owner = await connect(database.ownerUrl);
  });
  afterAll(async () => {
    await owner.end();
    await database.drop();
  });

  it('has exactly the tables of the requirements', async () => {
    expect(await listTables(owner)).toEqual(TABLES);
  });

  it('has exactly the foreign keys of the requirements with their delete rules', async () => {
    const found = (await listForeignKeys(owner)).map(
      (key) =>
        `${key.from} (${key.columns.join(', ')}) → ${key.to} (${key.references.join(', ')}) ${key.onDelete}`,
    );
    expect(found.sort()).toEqual([...FOREIGN_KEYS].sort());
  });

  it('has exactly the keys, unique indexes and checks of the requirements', async () => {
    expect((await listConstraints(owner)).sort()).toEqual([...CONSTRAINTS].sort());
  });

  it('covers every foreign key by the leading columns of a full index', async () => {
    const full = (await listIndexes(owner)).filter((index) => index.isValid && index.predicate === null);
    const uncovered = (await listForeignKeys(owner)).filter(
      ({ from, columns }) =>
        !full.some(
          ({ table, key }) =>
            table === from && key.slice(0, columns.length).sort().join() === [...columns].sort().join(),
        ),
    );
    expect(uncovered).toEqual([]);
  });

  it('has no duplicate index and none that is a prefix of another', async () => {
    const all = await listIndexes(owner);
    const redundantIndexes = all.flatMap((one) =>
      all
        .filter((other) => other !== one && other.table === one.table && other.predicate === one.predicate)
        .filter((other) => one.key.every((column, place) => column === other.key[place]))
        .filter((other) => !one.isUnique || (other.isUnique && other.key.length === one.key.length))
        .map((other) => `${one.name} (${one.key.join(', ')}) beside ${other.name} (${other.key.join(', ')})`),
    );
    expect(redundantIndexes).toEqual([]);
    expect(all.filter((index) => !index.isValid)).toEqual([]);
  });

  it('leaves room for HOT updates on the pages of frequently updated tables', async () => {
    const options = (await listSchemaFacts(owner)).filter((fact) => /^options .*fillfactor/.test(fact));
    expect(options).toEqual([
      'options conversation_members {fillfactor=80}',
      'options conversations {fillfactor=70}',
      'options users {fillfactor=80}',
    ]);
  });

  it('has no index on a column of conversations that a send updates', async () => {
    const onConversations = (await listIndexes(owner)).filter((index) => index.table === 'conversations');
    const changed = /last_seq|last_main_seq|version|last_activity_at/;
    expect(onConversations.filter((index) => changed.test(`${index.key.join()} ${index.predicate}`))).toEqual(
      [],
    );
  });
});

describe('The migrations', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let owner: Client;

  beforeEach(async () => {
    database = await createDatabase({ empty: true });
    dataSource = await new DataSource(migrationOptions(database.ownerUrl)).initialize();
    owner = await connect(database.ownerUrl);
  });
  afterEach(async () => {
    await owner.end();
    await dataSource.destroy();
    await database.drop();
  });

  it('run on an empty database in less than 30 s', async () => {
    const startedAt = performance.now();
    await migrate(database.ownerUrl);
    expect(performance.now() - startedAt).toBeLessThan(ALL_MIGRATIONS_MS);
    expect(await listTables(owner)).toEqual(TABLES);
  });

  it('yield the same schema after up, down and up, and down leaves no objects', async () => {
    await migrate(database.ownerUrl);
    const before = await listSchemaFacts(owner);
    const run = await queryNumber(owner, 'SELECT count(*) FROM migrations');
    for (let reverted = 0; reverted < run; reverted++) await revertMigration(database.ownerUrl);
    expect(await listSchemaObjects(owner)).toEqual([]);
    expect(await queryNumber(owner, 'SELECT count(*) FROM migrations')).toBe(0);

    await migrate(database.ownerUrl);
    expect(before.length).toBeGreaterThan(200);
    expect(await listSchemaFacts(owner)).toEqual(before);
  });

  it('match the entities: the generator finds no difference', async () => {
    await migrate(database.ownerUrl);
    expect(await generated(dataSource)).toEqual([]);
  });

  it.each([
    ['a column', 'ALTER TABLE messages DROP COLUMN metadata'],
    ['a default', 'ALTER TABLE users ALTER COLUMN is_active SET DEFAULT false'],
    ['a check', 'ALTER TABLE messages DROP CONSTRAINT messages_body_check'],
    ['a foreign key', 'ALTER TABLE polls DROP CONSTRAINT polls_closed_by_fkey'],
    ['an index', 'DROP INDEX calls_live_key'],
  ])('differ for the generator when %s differs', async (_, difference) => {
    await dataSource.runMigrations();
    await owner.query(difference);
    expect(await generated(dataSource)).not.toEqual([]);
  });

  it('create the definitions of the entities where the generator compares names only', async () => {
    await dataSource.synchronize();
    const described = (await listSchemaFacts(owner)).flatMap(toEntityDefinition);
    await dataSource.dropDatabase();
    await dataSource.runMigrations();
    expect((await listSchemaFacts(owner)).flatMap(toEntityDefinition)).toEqual(described);
  });
});

describe('The application role', () => {
  let database: TestDatabase;
  let application: Client;

  beforeAll(async () => {
    database = await createDatabase();
    application = await connect(database.url);
    await insertSampleRows(application);
  });
  afterAll(async () => {
    await application.end();
    await database.drop();
  });

  it('is no superuser and owns no objects', async () => {
    const { rows } = await application.query(
      `SELECT rolname, rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls AS mighty,
         (SELECT count(*)::int FROM pg_class WHERE relowner = pg_roles.oid) AS owned
       FROM pg_roles WHERE rolname = current_user`,
    );
    expect(rows).toEqual([{ rolname: 'messaging_app', mighty: false, owned: 0 }]);
  });

  it.each(TABLES)('selects, inserts, updates and deletes rows of %s', async (table) => {
    await runAndRollBack(application, async () => {
      const before = await queryNumber(application, `SELECT count(*) FROM ${table}`);
      await insertRow(application, table, SAMPLES[table] ?? {});
      const column = Object.keys(SAMPLES[table] ?? {})[0];
      expect((await application.query(`UPDATE ${table} SET ${column} = ${column}`)).rowCount).toBe(
        before + 1,
      );
      await application.query(`DELETE FROM ${table}`);
      expect(await queryNumber(application, `SELECT count(*) FROM ${table}`)).toBe(0);
    });
  });

  it.each([
    'CREATE TABLE mine (id int)',
    'CREATE SCHEMA mine',
    'CREATE VIEW mine AS SELECT 1',
    'CREATE INDEX ON messages (content)',
    'CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    'CREATE ROLE mine',
    'ALTER TABLE users ADD COLUMN mine text',
    'ALTER TABLE users DISABLE TRIGGER ALL',
    'DROP TABLE poll_votes',
    'DROP FUNCTION append_message',
    'TRUNCATE poll_votes',
  ])('may not: %s', async (statement) => {
    expect(
      await expectDatabaseError(runAndRollBack(application, () => application.query(statement))),
    ).toMatchObject({
      code: '42501',
    });
  });
});

/** The statements that `migration:generate` would write. */
async function generated(dataSource: DataSource): Promise<string[]> {
  return (await dataSource.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query);
}

/**
 * Differences that entities cannot describe: functions, storage, rights, options, expression indexes and
 * included index columns. They quote the default of a bigint, and a column added by a later migration is last
 * in the table.
 */
function toEntityDefinition(fact: string): string[] {
  if (!/^(column|constraint|index) /.test(fact) || /^index .*(\(lower\(| INCLUDE | USING gin )/.test(fact))
    return [];
  return [fact.replace(/DEFAULT '(\d+)'::bigint$/, 'DEFAULT $1')];
}
