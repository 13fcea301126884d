import type { Client } from 'pg';
import { createDatabase, type TestDatabase } from '../setup/database.js';
import { ACCEPTED } from './accepted-attempts.js';
import { REFUSED } from './attempts.js';
import { rules } from './catalogue.js';
import { connect, insert, refusal, undone } from './sql.js';
import { IMPLIED_RULES, TABLES } from './tables.js';
import { fill, SAMPLES } from './world.js';

/** What PostgreSQL answers, by the kind of rule that its name ends with. */
const SQLSTATES: Record<string, string> = { check: '23514', fkey: '23503', key: '23505', pkey: '23505' };

describe('the database itself', () => {
  let database: TestDatabase;
  let application: Client;

  beforeAll(async () => {
    database = await createDatabase();
    application = await connect(database.url);
    await fill(application);
  });
  afterAll(async () => {
    await application.end();
    await database.drop();
  });

  it.each(REFUSED)('refuses %s', async (_, table, values, broken) => {
    const attempt = undone(application, () => insert(application, table, { ...SAMPLES[table], ...values }));
    const code = SQLSTATES[broken?.split('_').pop() ?? ''];
    expect(await refusal(attempt)).toEqual({ code, constraint: broken });
  });

  it.each(TABLES)('refuses the same row of %s twice', async (table) => {
    const attempt = undone(application, () =>
      application.query(`INSERT INTO ${table} SELECT * FROM ${table} LIMIT 1`),
    );
    expect(await refusal(attempt)).toEqual({ code: '23505', constraint: `${table}_pkey` });
  });

  it.each(TABLES)('accepts the sample row of %s that the attempts start from', async (table) => {
    await undone(application, () => insert(application, table, SAMPLES[table] ?? {}));
  });

  it.each(ACCEPTED)('accepts %s', async (_, table, values) => {
    await undone(application, () => insert(application, table, { ...SAMPLES[table], ...values }));
  });

  it('has no rule that nobody tried to break', async () => {
    const tried = [
      ...REFUSED.map(([, , , broken]) => broken),
      ...TABLES.map((table) => `${table}_pkey`),
      ...IMPLIED_RULES,
    ];
    const names = (await rules(application)).map((rule) => rule.split(' ')[1] ?? '');
    expect(names.filter((name) => !tried.includes(name))).toEqual([]);
  });
});
