import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Pool, type QueryResultRow } from 'pg';
import { Config } from '../config/config.js';
import { dataSourceOptions } from './data-source-options.js';

/** One connection outside of the pool, for queries that must not wait for user requests. */
@Injectable()
export class ReservedConnection implements OnApplicationShutdown {
  private readonly logger = new Logger(ReservedConnection.name);
  private readonly pool: Pool;

  constructor({ databaseUrl, databaseConnectionMaxAgeSeconds }: Config) {
    const options = dataSourceOptions(databaseUrl, 1, databaseConnectionMaxAgeSeconds);
    const { url, connectTimeoutMS, applicationName, extra } = options;
    this.pool = new Pool({
      ...extra,
      connectionString: url,
      connectionTimeoutMillis: connectTimeoutMS,
      application_name: applicationName,
      max: 1,
    });
    this.pool.on('error', (error) => this.logger.debug(`Connection lost: ${error.name}`));
  }

  async query<Row extends QueryResultRow>(sql: string, parameters: unknown[]): Promise<Row[]> {
    return (await this.pool.query<Row>(sql, parameters)).rows;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
