import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { Logger, type INestApplication } from '@nestjs/common';
import { createApp } from './create-app.js';
import { startupBanner } from './startup-banner.js';
import { writeDemoFile, seedDemo, type Demo } from './demo.js';
import { findDemoObstacle, isDemo, type Config } from '../kernel/config/config.js';
import { persistedSecret } from '../kernel/config/persisted-secret.js';
import { migrate } from '../database/migrate.js';
import { showDemo } from '../api-docs/serve-documents.js';
import { startEmbeddedDatabase } from './embedded-database.js';
import { checkAttachmentsDirectory, checkDatabase, checkSchema } from './start-checks.js';

export interface RunningServer {
  banner: string;
  url: string;
  /** Source of the database: `DATABASE_URL`, or the directory of the embedded PostgreSQL. */
  database: string;
  /** Stops gracefully: running requests finish, then the application closes, the embedded database last. */
  stop(): Promise<void>;
}

type StopStep = () => Promise<void>;

/**
 * Starts database, migrations, application and demo in this order. A failure stops the parts that had started. `onFailed`: the
 * running server has lost its embedded database.
 */
export async function startServer(
  requested: Config,
  onFailed: (error: Error) => void,
): Promise<RunningServer> {
  const stopSteps: StopStep[] = [];
  const stop = (): Promise<void> => runStopSteps(stopSteps);
  try {
    return { ...(await start(requested, stopSteps, onFailed)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  requested: Config,
  stopSteps: StopStep[],
  onFailed: (error: Error) => void,
): Promise<Omit<RunningServer, 'stop'>> {
  const demo = isDemo(requested);
  const config = withSecret(
    requested.databaseUrl ? requested : await withEmbeddedDatabase(requested, stopSteps, onFailed),
    demo,
  );
  await checkAttachmentsDirectory(config);
  await checkDatabase(config);
  if (config.migrateOnStart) await migrate(config.databaseMigrationUrl || config.databaseUrl);
  await checkSchema(config);

  const app = await createApp(config);
  stopSteps.push(() => app.close());
  await app.init();
  const seededDemo = demo ? await trySeedDemo(app, config) : undefined;
  await app.listen(config.port, config.host);
  const url = toUrl(app.getHttpServer().address() as AddressInfo);
  if (seededDemo) {
    showDemo(app, seededDemo);
    await writeDemoFile(config.dataDir, url, seededDemo);
  }
  const noDemo = { reason: findDemoObstacle(requested) ?? 'see the log', authJwksUrl: config.authJwksUrl };
  const database = requested.databaseUrl ? 'DATABASE_URL' : `PostgreSQL 18 in ${config.dataDir}`;
  return {
    banner: startupBanner(url, database, seededDemo ?? noDemo),
    url,
    database,
  };
}

async function withEmbeddedDatabase(
  requested: Config,
  stopSteps: StopStep[],
  onFailed: (error: Error) => void,
): Promise<Config> {
  const { databaseUrl, databaseMigrationUrl, ...database } = await startEmbeddedDatabase(
    requested.dataDir,
    onFailed,
  );
  stopSteps.push(() => database.stop());
  return requested.with({ databaseUrl, databaseMigrationUrl });
}

/** Without a secret and a JWKS URL, a generated secret of the data directory is used. Configuration rejects this in production. */
function withSecret(config: Config, demo: boolean): Config {
  if (config.authJwtSecret || (config.authJwksUrl && !demo)) return config;
  mkdirSync(config.dataDir, { recursive: true });
  return config.with({ authJwtSecret: persistedSecret(join(config.dataDir, 'jwt-secret')) });
}

/** A failure of the demo (a deactivated demo user, for example) does not stop the server. */
async function trySeedDemo(app: INestApplication, config: Config): Promise<Demo | undefined> {
  try {
    return await seedDemo(app, config);
  } catch (error) {
    new Logger('Demo').warn(`Demo data not created: ${(error as Error).message}`);
    return undefined;
  }
}

/** Runs the steps in reverse order, all of them also when one fails. */
async function runStopSteps(stopSteps: StopStep[]): Promise<void> {
  const step = stopSteps.pop();
  if (!step) return;
  try {
    await step();
  } finally {
    await runStopSteps(stopSteps);
  }
}

function toUrl({ address, port, family }: AddressInfo): string {
  const host =
    address === '::' || address === '0.0.0.0' ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}
