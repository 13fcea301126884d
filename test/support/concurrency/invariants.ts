import type { Client } from 'pg';
import { checkDatabase } from '../../../tools/check-history/check.js';

const SHARED = `
  SELECT user_id, version FROM conversation_members WHERE version > 0
  GROUP BY user_id, version HAVING count(*) > 1`;

/** Requires that the whole database is consistent. */
export async function expectInvariants(sql: Client): Promise<void> {
  expect((await checkDatabase(sql)).violations).toEqual([]);
}

/** Without a mark-all-as-read, each membership change has its own version. */
export async function expectDistinctVersions(sql: Client): Promise<void> {
  expect((await sql.query(SHARED)).rows).toEqual([]);
}
