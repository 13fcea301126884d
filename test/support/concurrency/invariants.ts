import type { Client } from 'pg';
import { checkDatabase } from '../../../tools/check-history/check.js';

const SHARED = `
  SELECT user_id, version FROM conversation_members WHERE version > 0
  GROUP BY user_id, version HAVING count(*) > 1`;

/** Whatever happened at once, the whole database is as it must be. */
export async function expectInvariants(sql: Client): Promise<void> {
  expect((await checkDatabase(sql)).violations).toEqual([]);
}

/** Where nobody has cleared all that is unread, each change of a membership has a version of its own. */
export async function expectDistinctVersions(sql: Client): Promise<void> {
  expect((await sql.query(SHARED)).rows).toEqual([]);
}
