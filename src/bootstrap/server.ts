import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { Logger, type INestApplication } from '@nestjs/common';
import { createApp } from './create-app.js';
import { startupBanner } from './startup-banner.js';
import { keepDemo, seedDemo, type Demo } from './demo.js';
import { isDemo, type Config } from '../kernel/config/config.js';
import { persistedSecret } from '../kernel/config/persisted-secret.js';
import { migrate } from '../database/migrate.js';
import { startEmbeddedDatabase } from './embedded-database.js';

export interface RunningServer {
  banner: string;
  /** Finishes what was begun, then closes everything, the database that it brought last. */
  stop(): Promise<void>;
}

type End = () => Promise<void>;

/** Starts everything in the order in which it depends on each other; when something fails, what had started is stopped. */
export async function startServer(wanted: Config): Promise<RunningServer> {
  const ends: End[] = [];
  const stop = (): Promise<void> => endAll(ends);
  try {
    return { banner: await start(wanted, ends), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(wanted: Config, ends: End[]): Promise<string> {
  const demo = isDemo(wanted);
  const config = withSecret(wanted.databaseUrl ? wanted : await withOwnDatabase(wanted, ends), demo);
  if (config.migrateOnStart) await migrate(config.databaseMigrationUrl || config.databaseUrl);

  const app = await createApp(config);
  ends.push(() => app.close());
  await app.init();
  const seeded = demo ? await tryDemo(app, config) : undefined;
  await app.listen(config.port, config.host);
  const url = urlOf(app.getHttpServer().address() as AddressInfo);
  if (seeded) await keepDemo(config.dataDir, url, seeded);
  return startupBanner(
    url,
    wanted.databaseUrl ? 'DATABASE_URL' : `PostgreSQL 18 in ${config.dataDir}`,
    seeded,
  );
}

async function withOwnDatabase(wanted: Config, ends: End[]): Promise<Config> {
  const { databaseUrl, databaseMigrationUrl, ...database } = await startEmbeddedDatabase(wanted.dataDir);
  ends.push(() => database.stop());
  return wanted.with({ databaseUrl, databaseMigrationUrl });
}

/** A host that was given neither a secret nor keys gets a secret of its own, outside production. */
function withSecret(config: Config, demo: boolean): Config {
  if (config.authJwtSecret || (config.authJwksUrl && !demo)) return config;
  mkdirSync(config.dataDir, { recursive: true });
  return config.with({ authJwtSecret: persistedSecret(join(config.dataDir, 'jwt-secret')) });
}

/** The demo is a courtesy: that somebody deactivated alice must not keep the server down. */
async function tryDemo(app: INestApplication, config: Config): Promise<Demo | undefined> {
  try {
    return await seedDemo(app, config);
  } catch (error) {
    new Logger('Demo').warn(`Goes without the demo: ${(error as Error).message}`);
    return undefined;
  }
}

/** The last that started is ended first; one that fails keeps none of the others from ending. */
async function endAll(ends: End[]): Promise<void> {
  const end = ends.pop();
  if (!end) return;
  try {
    await end();
  } finally {
    await endAll(ends);
  }
}

function urlOf({ address, port, family }: AddressInfo): string {
  const host =
    address === '::' || address === '0.0.0.0' ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}
