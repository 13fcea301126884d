import { Client, DatabaseError } from 'pg';
import type { Database } from '../../../src/kernel/database/database.js';

export type Row = Record<string, unknown>;

export async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

/** Database of repositories that runs their statements on one client. */
export function clientDatabase(client: Client): Database {
  const query = async (sql: string, values: unknown[]): Promise<object[]> =>
    (await client.query<object>(sql, values)).rows;
  const queryPage = (limit: number, toSql: (limit: number) => string, values: unknown[]): Promise<object[]> =>
    query(toSql(limit), values);
  return { query, queryPage } as unknown as Database;
}

/** First column of a query, as text. */
export async function queryTexts(client: Client, sql: string, parameters: unknown[] = []): Promise<string[]> {
  const { rows } = await client.query<string[]>({ text: sql, values: parameters, rowMode: 'array' });
  return rows.map((row) => String(row[0]));
}

/** Single number of a query. */
export async function queryNumber(client: Client, sql: string, parameters: unknown[] = []): Promise<number> {
  return Number((await queryTexts(client, sql, parameters))[0]);
}

export async function insertRow(client: Client, table: string, row: Row): Promise<void> {
  const columns = Object.keys(row);
  const places = columns.map((_, index) => `$${index + 1}`);
  await client.query(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places.join(', ')})`,
    Object.values(row),
  );
}

/** Error of a rejected statement; fails when the statement succeeds. */
export async function expectDatabaseError(
  attempt: Promise<unknown>,
): Promise<{ code?: string; constraint?: string }> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof DatabaseError) return { code: error.code, constraint: error.constraint };
    throw error;
  }
  throw new Error('The statement was accepted.');
}

/** Runs the work in a transaction and rolls it back. */
export async function runAndRollBack<Result>(client: Client, work: () => Promise<Result>): Promise<Result> {
  await client.query('BEGIN');
  try {
    return await work();
  } finally {
    await client.query('ROLLBACK');
  }
}
