import { join } from 'node:path';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { driver } from './health-checked-pool.js';
import { PostgresNaming } from './naming.js';

const WAIT_FOR_A_CONNECTION_MS = 5_000;
const STATEMENT_LIMIT_MS = 8_000;
/** PostgreSQL ends statements itself, unless nothing of it comes through any more. Shorter than clients wait for an ack. */
const SILENCE_LIMIT_MS = STATEMENT_LIMIT_MS + 1_000;
const IDLE_IN_TRANSACTION_LIMIT_MS = 30_000;

/** What TypeORM passes on to pg is typed here, where it is any there. */
type Options = Omit<PostgresDataSourceOptions, 'extra'> & { extra: Record<string, unknown> };

/** Connection options shared by the server, the migrations and the TypeORM command line. */
export function dataSourceOptions(url: string, poolSize: number): Options {
  return {
    type: 'postgres',
    driver,
    url: withLibpqTls(url),
    poolSize,
    connectTimeoutMS: WAIT_FOR_A_CONNECTION_MS,
    applicationName: 'tms-messaging-server',
    parseInt8: true,
    namingStrategy: new PostgresNaming(),
    entities: [join(__dirname, '../../{modules,auth}/**/entities/*.entity.{js,ts}')],
    extra: {
      keepAlive: true,
      statement_timeout: STATEMENT_LIMIT_MS,
      query_timeout: SILENCE_LIMIT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_LIMIT_MS,
    },
  };
}

/** `sslmode` means what it means to libpq: `require` encrypts without asking who signed the certificate. */
function withLibpqTls(url: string): string {
  const parsed = new URL(url);
  if (parsed.searchParams.has('sslmode')) parsed.searchParams.set('uselibpqcompat', 'true');
  return parsed.toString();
}
