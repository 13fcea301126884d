import { execFile } from 'node:child_process';
import type { Client } from 'pg';
import { checkDatabase } from '../../tools/check-history/check.js';
import { CONVERSATION_INVARIANTS, USER_INVARIANTS } from '../../tools/check-history/invariants.js';
import { VALID_CALLS } from '../support/histories/valid-calls.js';
import { CAM, VALID_HISTORY, UNCHECKED_ROWS } from '../support/histories/valid-history.js';
import {
  OF_ANONYMOUS,
  DECLARED_PUBLIC,
  CORRUPTED_ANONYMOUS_POLLS,
  VOTERS,
} from '../support/histories/valid-polls.js';
import { CORRUPTED_HISTORIES } from '../support/histories/corrupted-histories.js';
import { connect, runAndRollBack } from '../support/database/sql.js';
import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';

describe('The history check of a database', () => {
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await createDatabase();
    client = await connect(database.ownerUrl);
    await client.query(`${VALID_HISTORY}; ${VALID_CALLS}`);
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('finds no violations in a valid history', async () => {
    expect(await checkDatabase(client)).toEqual({ conversations: 5, messages: 17, users: 3, violations: [] });
  });

  it.each(CORRUPTED_HISTORIES)('finds %s', async (_title, invariant, sql, details) => {
    const { violations } = await runAndRollBack(client, async () => {
      await client.query(`${UNCHECKED_ROWS}; ${sql}`);
      return checkDatabase(client);
    });
    expect(violations).toContain(`Violated: ${invariant}: ${details}`);
  });

  it.each(DECLARED_PUBLIC)(
    'names no voter of an anonymous poll that is declared public %s',
    async (_where, sql) => {
      const { violations } = await runAndRollBack(client, async () => {
        await client.query(`${UNCHECKED_ROWS}; ${CORRUPTED_ANONYMOUS_POLLS}; ${sql}`);
        return checkDatabase(client);
      });
      const found = violations.filter((violation) => OF_ANONYMOUS.test(violation));
      expect(found.length).toBeGreaterThanOrEqual(3);
      expect(found.filter((violation) => VOTERS.test(violation))).toEqual([]);
    },
  );

  it('has a corrupted history for each invariant', () => {
    const corrupted = new Set(CORRUPTED_HISTORIES.map(([_title, invariant]) => invariant));
    expect([...corrupted]).toEqual([
      ...Object.keys(CONVERSATION_INVARIANTS),
      ...Object.keys(USER_INVARIANTS),
    ]);
  });

  it('runs in several steps', async () => {
    await runAndRollBack(client, async () => {
      await client.query(
        `INSERT INTO conversations (id, type) SELECT gen_random_uuid(), 'group' FROM generate_series(1, 1500)`,
      );
      await client.query(
        `INSERT INTO users (id, tms_user_id) SELECT gen_random_uuid(), 'host-' || n FROM generate_series(1, 1500) n`,
      );
      const { conversations, users, violations } = await checkDatabase(client);
      expect([conversations, users]).toEqual([1505, 1503]);
      expect(violations).toHaveLength(200); // the first hundred groups without an owner of each step
    });
  });

  it('is a command with a summary and an exit code', async () => {
    expect(await run({ DATABASE_URL: database.url })).toEqual([
      0,
      '5 conversations, 17 messages, 3 users: no violations\n',
    ]);
    await client.query(`UPDATE users SET account_version = 1 WHERE id = '${CAM}'`);
    const [code, output] = await run({ DATABASE_URL: database.url });
    expect([code, output.split('\n').length]).toEqual([1, 3]);
    expect(await run({ DATABASE_URL: '' })).toEqual([2, 'Set DATABASE_URL to the database to check.\n']);
  });
});

function run(env: NodeJS.ProcessEnv): Promise<[code: number, output: string]> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env } };
    const child = execFile(
      'node_modules/.bin/tsx',
      ['tools/check-history/main.ts'],
      options,
      (_error, ...output) => {
        resolve([child.exitCode ?? -1, output.join('')]);
      },
    );
  });
}
