import { execFile } from 'node:child_process';
import type { Client } from 'pg';
import { checkDatabase } from '../tools/check-history/check.js';
import { CONVERSATION_INVARIANTS, USER_INVARIANTS } from '../tools/check-history/invariants.js';
import { GOOD_CALLS } from './proof/good-calls.js';
import { CAM, GOOD, UNCHECKED } from './proof/good-history.js';
import { OF_ANONYMOUS, SAID_TO_BE_PUBLIC, SPOILED_ANONYMOUS, VOTERS } from './proof/good-polls.js';
import { SPOILED } from './proof/spoiled-histories.js';
import { connect, undone } from './schema/sql.js';
import { createDatabase, type TestDatabase } from './setup/database.js';

describe('The check of a database', () => {
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await createDatabase();
    client = await connect(database.ownerUrl);
    await client.query(`${GOOD}; ${GOOD_CALLS}`);
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('finds nothing where everything is as it must be', async () => {
    expect(await checkDatabase(client)).toEqual({ conversations: 5, messages: 17, users: 3, violations: [] });
  });

  it.each(SPOILED)('finds %s', async (_what, invariant, sql, details) => {
    const { violations } = await undone(client, async () => {
      await client.query(`${UNCHECKED}; ${sql}`);
      return checkDatabase(client);
    });
    expect(violations).toContain(`Violated: ${invariant}: ${details}`);
  });

  it.each(SAID_TO_BE_PUBLIC)(
    'names no voter of an anonymous poll that is said to be public %s',
    async (_where, sql) => {
      const { violations } = await undone(client, async () => {
        await client.query(`${UNCHECKED}; ${SPOILED_ANONYMOUS}; ${sql}`);
        return checkDatabase(client);
      });
      const found = violations.filter((words) => OF_ANONYMOUS.test(words));
      expect(found.length).toBeGreaterThanOrEqual(3);
      expect(found.filter((words) => VOTERS.test(words))).toEqual([]);
    },
  );

  it('is spoiled here in every way that it looks for', () => {
    const spoiled = new Set(SPOILED.map(([_what, invariant]) => invariant));
    expect([...spoiled]).toEqual([...Object.keys(CONVERSATION_INVARIANTS), ...Object.keys(USER_INVARIANTS)]);
  });

  it('goes through more than one step', async () => {
    await undone(client, async () => {
      await client.query(
        `INSERT INTO conversations (id, type) SELECT gen_random_uuid(), 'group' FROM generate_series(1, 1500)`,
      );
      await client.query(
        `INSERT INTO users (id, tms_user_id) SELECT gen_random_uuid(), 'host-' || n FROM generate_series(1, 1500) n`,
      );
      const { conversations, users, violations } = await checkDatabase(client);
      expect([conversations, users]).toEqual([1505, 1503]);
      expect(violations).toHaveLength(200); // of all groups without an owner, the first hundred of each step
    });
  });

  it('is a command, with a summary and an exit code', async () => {
    expect(await run({ DATABASE_URL: database.url })).toEqual([
      0,
      '5 conversations, 17 messages, 3 users: no violations\n',
    ]);
    await client.query(`UPDATE users SET me_version = 1 WHERE id = '${CAM}'`);
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
