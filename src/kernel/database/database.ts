import { Injectable, Logger } from '@nestjs/common';
import pg, { type Pool, type QueryResult, type QueryResultRow } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { isFatal } from './sql-state.js';
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

  /** TypeORM, for what is not a hot path. */
  get manager(): EntityManager {
    return this.unitOfWork.current?.runner.manager ?? this.dataSource.manager;
  }

  /** One statement, as plain rows. */
  async rows<Row extends QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const transaction = this.unitOfWork.current;
    return transaction
      ? this.timed(sql, async () => (await transaction.client.query<Row>(sql, parameters)).rows)
      : this.unitOfWork.retrying(() => this.timed(sql, () => this.alone<Row>(sql, parameters)));
  }

  /** The first row of a statement, or null. */
  async row<Row extends QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<Row | null> {
    return (await this.rows<Row>(sql, parameters))[0] ?? null;
  }

  private get pool(): Pool {
    return (this.dataSource.driver as PostgresDriver).master as Pool;
  }

  /**
   * On any connection, committed by itself. With the extended protocol, what PostgreSQL commits it reports as complete
   * first: when it ends the session before that, nothing has happened. Any other loss leaves the outcome open.
   */
  private async alone<Row extends QueryResultRow>(sql: string, parameters: unknown[]): Promise<Row[]> {
    const query = new pg.Query({ text: sql, values: parameters, queryMode: 'extended' } as pg.QueryConfig);
    try {
      return (await (this.pool.query(query) as unknown as Promise<QueryResult<Row>>)).rows;
    } catch (error) {
      throw isFatal(error) && !isComplete(query) ? new SessionLost(error) : error;
    }
  }

  /** Slow statements are logged by their text, which has placeholders where the values were. */
  private async timed<Result>(sql: string, ask: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    try {
      return await ask();
    } finally {
      const took = performance.now() - startedAt;
      if (took > SLOW_MS)
        this.logger.warn(
          `Slow statement, ${took.toFixed()} ms: ${sql.replace(/\s+/g, ' ').trim().slice(0, 300)}`,
        );
    }
  }
}

function isComplete(query: pg.Query): boolean {
  return (query as unknown as { _result?: { command: string | null } })._result?.command !== null;
}
