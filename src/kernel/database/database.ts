import { Injectable, Logger } from '@nestjs/common';
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { UnitOfWork } from './unit-of-work.js';

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
    if (transaction) return this.query<Row>(transaction.client, sql, parameters);
    return this.unitOfWork.retrying(() => this.query<Row>(this.pool, sql, parameters));
  }

  /** The first row of a statement, or null. */
  async row<Row extends QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<Row | null> {
    return (await this.rows<Row>(sql, parameters))[0] ?? null;
  }

  private get pool(): Pool {
    return (this.dataSource.driver as PostgresDriver).master as Pool;
  }

  /** Slow statements are logged by their text, which has placeholders where the values were. */
  private async query<Row extends QueryResultRow>(
    on: Pool | PoolClient,
    sql: string,
    parameters: unknown[],
  ): Promise<Row[]> {
    const startedAt = performance.now();
    try {
      return (await on.query<Row>(sql, parameters)).rows;
    } finally {
      const took = performance.now() - startedAt;
      if (took > SLOW_MS)
        this.logger.warn(
          `Slow statement, ${took.toFixed()} ms: ${sql.replace(/\s+/g, ' ').trim().slice(0, 300)}`,
        );
    }
  }
}
