import { join } from 'node:path';
import { DefaultNamingStrategy, type NamingStrategyInterface, type Table } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { pgDriver } from './health-checked-pool.js';

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 8_000;
/** Maximum wait of a statement for a lock of another transaction. Shorter than the limit of the statement. */
const LOCK_TIMEOUT_MS = 4_000;
/** Time limit of pg for a statement whose connection is silent. Longer than the limit of PostgreSQL, shorter than the ack timeout of clients. */
const QUERY_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 1_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000;

/** TypeORM types `extra`, the options passed to pg, as any. */
type Options = Omit<PostgresDataSourceOptions, 'extra'> & { extra: Record<string, unknown> };

/** Naming strategy of TypeORM: snake_case columns and the default constraint and index names of PostgreSQL. */
class PostgresNaming extends DefaultNamingStrategy implements NamingStrategyInterface {
  override columnName(property: string, customName: string | undefined): string {
    return customName ?? property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }

  override primaryKeyName(table: Table | string): string {
    return `${this.getTableName(table)}_pkey`;
  }

  override uniqueConstraintName(table: Table | string, columns: string[]): string {
    return this.nameOf(table, columns, 'key');
  }

  override foreignKeyName(table: Table | string, columns: string[]): string {
    return this.nameOf(table, columns, 'fkey');
  }

  override indexName(table: Table | string, columns: string[]): string {
    return this.nameOf(table, columns, 'idx');
  }

  private nameOf(table: Table | string, columns: string[], suffix: string): string {
    return [this.getTableName(table), ...columns, suffix].join('_');
  }
}

/**
 * Connection options shared by the server, the migrations and the TypeORM command line. `maxAgeSeconds`: age after which a
 * free connection is replaced; 0: never.
 */
export function dataSourceOptions(url: string, poolSize: number, maxAgeSeconds = 0): Options {
  return {
    type: 'postgres',
    driver: pgDriver,
    url: withLibpqTls(url),
    poolSize,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    applicationName: 'tms-messaging-server',
    parseInt8: true,
    namingStrategy: new PostgresNaming(),
    entities: [join(__dirname, '../../{modules,auth,kernel}/**/entities/*.entity.{js,ts}')],
    extra: {
      keepAlive: true,
      maxLifetimeSeconds: maxAgeSeconds,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      lock_timeout: LOCK_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    },
  };
}

/** Gives `sslmode` the semantics of libpq: `require` encrypts without verification of the certificate. */
function withLibpqTls(url: string): string {
  const parsed = new URL(url);
  if (parsed.searchParams.has('sslmode')) parsed.searchParams.set('uselibpqcompat', 'true');
  return parsed.toString();
}
