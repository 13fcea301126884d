import type { Client } from 'pg';
import type { Database } from '../../../src/kernel/database/database.js';
import { connect } from './sql.js';
import { createDatabase, type TestDatabase } from '../environment/test-database.js';
import { PlanDatabase, type Scan } from './query-plans.js';

/** Filled, vacuumed and analyzed database for the plans of statements. */
export class QueryPlanFixture {
  private constructor(
    private readonly database: TestDatabase,
    /** Client with the application role. */
    readonly client: Client,
  ) {}

  static async open(fill: string): Promise<QueryPlanFixture> {
    const database = await createDatabase();
    const client = await connect(database.url);
    await client.query(fill);
    const owner = await connect(database.ownerUrl);
    await owner.query('VACUUM ANALYZE');
    await owner.end();
    return new QueryPlanFixture(database, client);
  }

  async scansOf(runQuery: (database: Database) => Promise<unknown>): Promise<Scan[]> {
    const plans = new PlanDatabase(this.client);
    await runQuery(plans.asDatabase());
    return plans.scans;
  }

  async close(): Promise<void> {
    await this.client.end();
    await this.database.drop();
  }
}

/** Statement of a repository, the index that serves it, and the maximum number of index entries read by a scan. */
export type QueryPlanCase<Repositories> = [
  title: string,
  runQuery: (of: Repositories) => Promise<unknown>,
  index: string,
  maxEntries: number,
];

/** Requires scans of the index, each of at most the given number of entries. */
export function expectIndexUsed(scans: readonly Scan[], index: string, maxEntries: number): void {
  const served = scans.filter((scan) => scan.index === index);
  expect(served.length).toBeGreaterThan(0);
  expect(served.filter(({ rowsRead }) => rowsRead > maxEntries)).toEqual([]);
}
