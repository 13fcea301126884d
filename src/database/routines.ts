import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QueryRunner } from 'typeorm';
import { RELEASE } from './release.js';

/** A SQL function, or a trigger with its function: the file `<name>.sql` of functions/ or triggers/. */
export interface Routine {
  name: string;
  sql: string;
  /** SHA-256 of the file, in hexadecimal. */
  checksum: string;
  /** Routines that PostgreSQL must know first: the header's line `-- requires: a, b`. */
  requires: string[];
}

/** All routines of this build, each after those that it requires. */
export function loadRoutines(): Routine[] {
  return sortByDependency(
    ['functions', 'triggers'].flatMap((folder) =>
      readdirSync(join(__dirname, folder))
        .filter((file) => file.endsWith('.sql'))
        .map((file) => toRoutine(file.slice(0, -'.sql'.length), readFileSync(join(__dirname, folder, file)))),
    ),
  );
}

export function toRoutine(name: string, file: Buffer | string): Routine {
  const sql = file.toString();
  return {
    name,
    sql,
    checksum: createHash('sha256').update(file).digest('hex'),
    requires: /^-- requires: (.+)$/m.exec(sql)?.[1]?.split(', ') ?? [],
  };
}

export function sortByDependency(routines: Routine[]): Routine[] {
  const byName = new Map(routines.map((routine) => [routine.name, routine]));
  const sorted = new Set<Routine>();
  const visit = (name: string, requiredBy: string[]): void => {
    const routine = byName.get(name);
    if (!routine || requiredBy.includes(name))
      throw new Error(
        `Routine ${name} is ${routine ? 'circular' : 'missing'}: ${[...requiredBy, name].join(' → ')}`,
      );
    if (sorted.has(routine)) return;
    for (const required of routine.requires) visit(required, [...requiredBy, name]);
    sorted.add(routine);
  };
  for (const { name } of routines) visit(name, []);
  return [...sorted];
}

export async function createRoutinesTable(runner: QueryRunner): Promise<void> {
  await runner.query(
    'CREATE TABLE IF NOT EXISTS schema_routines (name text PRIMARY KEY, checksum text NOT NULL, release integer NOT NULL)',
  );
}

/** Highest release that has migrated this database; 0 before the first, and after a revert. */
export async function findDatabaseRelease(runner: QueryRunner): Promise<number> {
  const [row] = (await runner.query('SELECT coalesce(max(release), 0) AS release FROM schema_routines')) as [
    { release: number },
  ];
  return row.release;
}

/**
 * Creates routines that are new, replaces those whose checksum differs, and drops those without a file. One transaction;
 * the caller holds the migration lock.
 */
export async function applyRoutines(runner: QueryRunner, routines: Routine[]): Promise<void> {
  await inTransaction(runner, async () => {
    const applied = await findChecksums(runner);
    for (const name of applied.keys())
      if (!routines.some((routine) => routine.name === name)) await dropRoutine(runner, name);
    for (const { name, sql, checksum } of routines) {
      if (applied.get(name) === checksum) continue;
      await runner.query(sql);
      await runner.query(
        `INSERT INTO schema_routines VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum`,
        [name, checksum, RELEASE],
      );
    }
    await runner.query('UPDATE schema_routines SET release = $1 WHERE release < $1', [RELEASE]);
  });
}

/** Drops every routine, so that a migration can be reverted under none. */
export async function dropRoutines(runner: QueryRunner): Promise<void> {
  await inTransaction(runner, async () => {
    for (const name of (await findChecksums(runner)).keys()) await dropRoutine(runner, name);
  });
}

async function findChecksums(runner: QueryRunner): Promise<Map<string, string>> {
  const rows = (await runner.query('SELECT name, checksum FROM schema_routines')) as Routine[];
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

/** CASCADE also drops the trigger that executes the function; nothing else may depend on a routine. */
async function dropRoutine(runner: QueryRunner, name: string): Promise<void> {
  await runner.query(`DROP ROUTINE IF EXISTS ${runner.dataSource.driver.escape(name)} CASCADE`);
  await runner.query('DELETE FROM schema_routines WHERE name = $1', [name]);
}

async function inTransaction(runner: QueryRunner, work: () => Promise<void>): Promise<void> {
  await runner.startTransaction();
  try {
    await work();
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  }
}
