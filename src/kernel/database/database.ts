import { Injectable, Logger } from '@nestjs/common';
import type { Pool, PoolClient, QueryResult, QueryResultRow } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { AutocommitQuery, statementName } from './autocommit-query.js';
import { isSessionTerminated } from './sql-state.js';
import { SessionLost, UnitOfWork } from './unit-of-work.js';

const SLOW_MS = 50;

/** How repositories speak to PostgreSQL: inside a unit of work on its connection, else on any free one. */
@Injectable()
export class Database {
  private readonly logger = new Logger(Database.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** One statement, as plain rows. */
  async query<Row extends QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const transaction = this.unitOfWork.current;
    return transaction
      ? this.within<Row>(transaction.client, sql, parameters)
      : this.unitOfWork.retrying(() => this.alone<Row>(sql, parameters));
  }

  /** The first row of a statement, or null. */
  async queryOne<Row extends QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<Row | null> {
    return (await this.query<Row>(sql, parameters))[0] ?? null;
  }

  /** Several statements at once, without parameters, that bring a transaction of their own. */
  async script(sql: string): Promise<unknown[]> {
    return (await this.pool.query<QueryResultRow>(sql)).rows;
  }

  private get pool(): Pool {
    return (this.dataSource.driver as PostgresDriver).master as Pool;
  }

  private async within<Row extends QueryResultRow>(
    client: PoolClient,
    sql: string,
    parameters: unknown[],
  ): Promise<Row[]> {
    const startedAt = performance.now();
    try {
      return (await client.query<Row>({ name: statementName(sql), text: sql, values: parameters })).rows;
    } finally {
      this.notice(sql, performance.now() - startedAt);
    }
  }

  /** On any connection, committed by itself. It is sent again only when it is certain that nothing has happened. */
  private async alone<Row extends QueryResultRow>(sql: string, parameters: unknown[]): Promise<Row[]> {
    const query = new AutocommitQuery(sql, parameters);
    try {
      return (await (this.pool.query(query) as unknown as Promise<QueryResult<Row>>)).rows;
    } catch (error) {
      throw isSessionTerminated(error) && !query.isComplete ? new SessionLost(error) : error;
    } finally {
      this.notice(sql, query.durationMs);
    }
  }

  /** Slow statements are logged by their text, which has placeholders where the values were. */
  private notice(sql: string, took: number): void {
    if (took > SLOW_MS) this.logger.warn(`Slow statement, ${took.toFixed()} ms: ${onOneLine(sql)}`);
  }
}

function onOneLine(sql: string): string {
  return sql.replace(/\s+/g, ' ').trim().slice(0, 300);
}
