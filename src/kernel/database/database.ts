import { Injectable, Logger } from '@nestjs/common';
import type { Pool, PoolClient, QueryResult, QueryResultRow } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { CompletionTrackedQuery } from './completion-tracked-query.js';
import { isSessionTerminated } from './sql-state.js';
import { roundUpLimit, statementName } from './statement-names.js';
import { SessionLost } from './transaction.js';
import { UnitOfWork } from './unit-of-work.js';

const SLOW_STATEMENT_MS = 50;

/** Runs the SQL of repositories: in a unit of work on its connection, else on a pooled connection in autocommit mode. */
@Injectable()
export class Database {
  private readonly logger = new Logger(Database.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Rows of one statement. */
  async query<Row extends QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const transaction = this.unitOfWork.current;
    return transaction
      ? this.queryInTransaction<Row>(await transaction.connect(), sql, parameters)
      : this.unitOfWork.runWithRetries(() => this.queryAutocommit<Row>(sql, parameters));
  }

  /** First row of a statement, or null. */
  async queryOne<Row extends QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<Row | null> {
    return (await this.query<Row>(sql, parameters))[0] ?? null;
  }

  /**
   * First rows of a statement with a literal LIMIT, which PostgreSQL plans better than a parameter. The LIMIT is rounded up,
   * and the further rows are cut off.
   */
  async queryPage<Row extends QueryResultRow>(
    limit: number,
    toSql: (limit: number) => string,
    parameters: unknown[],
  ): Promise<Row[]> {
    return (await this.query<Row>(toSql(roundUpLimit(limit)), parameters)).slice(0, limit);
  }

  /** Runs several statements without parameters that contain their own transaction. */
  async runScript(sql: string): Promise<unknown[]> {
    return (await this.pool.query<QueryResultRow>(sql)).rows;
  }

  private get pool(): Pool {
    return (this.dataSource.driver as PostgresDriver).master as Pool;
  }

  private async queryInTransaction<Row extends QueryResultRow>(
    client: PoolClient,
    sql: string,
    parameters: unknown[],
  ): Promise<Row[]> {
    const startedAt = performance.now();
    try {
      return (await client.query<Row>({ name: statementName(sql), text: sql, values: parameters })).rows;
    } finally {
      this.logSlowStatement(sql, performance.now() - startedAt);
    }
  }

  /** Repeats a statement only when it certainly committed nothing. */
  private async queryAutocommit<Row extends QueryResultRow>(
    sql: string,
    parameters: unknown[],
  ): Promise<Row[]> {
    const query = new CompletionTrackedQuery(sql, parameters);
    try {
      return (await (this.pool.query(query) as unknown as Promise<QueryResult<Row>>)).rows;
    } catch (error) {
      throw isSessionTerminated(error) && !query.isComplete ? new SessionLost(error) : error;
    } finally {
      this.logSlowStatement(sql, query.durationMs);
    }
  }

  /** Logs the text of a slow statement, which has placeholders instead of values. */
  private logSlowStatement(sql: string, durationMs: number): void {
    if (durationMs > SLOW_STATEMENT_MS)
      this.logger.warn(`Slow statement, ${durationMs.toFixed()} ms: ${toOneLine(sql)}`);
  }
}

function toOneLine(sql: string): string {
  return sql.replace(/\s+/g, ' ').trim().slice(0, 300);
}
