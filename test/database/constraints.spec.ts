import type { Client } from 'pg';
import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';
import { ACCEPTED_ROWS } from '../support/database/accepted-rows.js';
import { REJECTED_ROWS } from '../support/database/constraint-cases.js';
import { listConstraints } from '../support/database/catalogue.js';
import { connect, insertRow, expectDatabaseError, runAndRollBack } from '../support/database/sql.js';
import { IMPLIED_CONSTRAINTS, TABLES } from '../support/database/expected-schema.js';
import { insertSampleRows, SAMPLES } from '../support/database/sample-rows.js';

/** SQLSTATE of PostgreSQL by the suffix of the constraint name. */
const SQLSTATES: Record<string, string> = { check: '23514', fkey: '23503', key: '23505', pkey: '23505' };

describe('The database', () => {
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

  it.each(REJECTED_ROWS)('rejects %s', async (_, table, values, broken) => {
    const attempt = runAndRollBack(application, () =>
      insertRow(application, table, { ...SAMPLES[table], ...values }),
    );
    const code = SQLSTATES[broken?.split('_').pop() ?? ''];
    expect(await expectDatabaseError(attempt)).toEqual({ code, constraint: broken });
  });

  it.each(TABLES)('rejects a second equal row of %s', async (table) => {
    const attempt = runAndRollBack(application, () =>
      application.query(`INSERT INTO ${table} SELECT * FROM ${table} LIMIT 1`),
    );
    expect(await expectDatabaseError(attempt)).toEqual({ code: '23505', constraint: `${table}_pkey` });
  });

  it.each(TABLES)('accepts the sample row of %s on which the cases are based', async (table) => {
    await runAndRollBack(application, () => insertRow(application, table, SAMPLES[table] ?? {}));
  });

  it.each(ACCEPTED_ROWS)('accepts %s', async (_, table, values) => {
    await runAndRollBack(application, () => insertRow(application, table, { ...SAMPLES[table], ...values }));
  });

  it('has no constraint without a case', async () => {
    const tried = [
      ...REJECTED_ROWS.map(([, , , broken]) => broken),
      ...TABLES.map((table) => `${table}_pkey`),
      ...IMPLIED_CONSTRAINTS,
    ];
    const names = (await listConstraints(application)).map((rule) => rule.split(' ')[1] ?? '');
    expect(names.filter((name) => !tried.includes(name))).toEqual([]);
  });
});
