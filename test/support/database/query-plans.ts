import { escapeLiteral, type Client } from 'pg';
import type { Database } from '../../../src/kernel/database/database.js';
import { roundUpLimit } from '../../../src/kernel/database/statement-names.js';

/** Executed plan node that reads a table. */
export interface Scan {
  type: string;
  table: string;
  index?: string;
  /** Rows read in all loops. */
  rowsRead: number;
  /** Rows for which an index-only scan read the table. */
  heapFetches: number;
}

type Simple = string | number | boolean;
type Parameter = Simple | Date | readonly Simple[] | null | undefined;

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Heap Fetches'?: number;
  Plans?: Node[];
}

/**
 * Number of executions. PostgreSQL plans a prepared statement for its values five times, and may then keep a
 * generic plan.
 */
const ROUNDS = 7;

/**
 * Database that executes the statements of a repository as prepared statements and records their plans only.
 */
export class PlanDatabase {
  readonly nodes: Node[] = [];

  constructor(private readonly client: Client) {}

  get scans(): Scan[] {
    return this.nodes.flatMap((node) => {
      const table = node['Relation Name'] ?? tableOf(node['Index Name']);
      return table === undefined ? [] : [scanOf(node, table)];
    });
  }

  asDatabase(): Database {
    return this as unknown as Database;
  }

  async query(sql: string, parameters: Parameter[] = []): Promise<[]> {
    await this.client.query(`PREPARE asked AS ${sql}`);
    const values = parameters.length > 0 ? `(${parameters.map(literal).join()})` : '';
    for (let round = 1; round < ROUNDS; round++) await this.client.query(`EXECUTE asked ${values}`);
    const { rows } = await this.client.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked ${values}`,
    );
    this.nodes.push(...flattened(rows[0]!['QUERY PLAN'][0].Plan));
    await this.client.query('DEALLOCATE asked');
    return [];
  }

  queryPage(limit: number, toSql: (limit: number) => string, parameters: Parameter[]): Promise<[]> {
    return this.query(toSql(roundUpLimit(limit)), parameters);
  }

  async queryOne(sql: string, parameters: Parameter[] = []): Promise<null> {
    await this.query(sql, parameters);
    return null;
  }
}

function literal(value: Parameter): string {
  if (value === undefined || value === null) return 'NULL';
  if (value instanceof Date) return escapeLiteral(value.toISOString());
  return escapeLiteral(typeof value === 'object' ? `{${value.join()}}` : String(value));
}

function flattened(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(flattened)];
}

function scanOf(node: Node, table: string): Scan {
  const perRound = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0);
  return {
    type: node['Node Type'],
    table,
    index: node['Index Name'],
    rowsRead: Math.round(perRound * node['Actual Loops']),
    heapFetches: node['Heap Fetches'] ?? 0,
  };
}

/** A Bitmap Index Scan names its index only. */
function tableOf(index: string | undefined): string | undefined {
  return index && `of ${index}`;
}
