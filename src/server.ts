import type { AddressInfo } from 'node:net';
import { createApp } from './app.js';
import { banner } from './demo/banner.js';
import { keepDemo, seedDemo } from './demo/demo.js';
import { isDemo, type Config } from './kernel/config/config.js';
import { migrate } from './kernel/database/migrate.js';
import { bringOwnDatabase } from './kernel/database/own-database.js';
import { ownSecret } from './kernel/identity/own-secret.js';

export interface RunningServer {
  url: string;
  banner: string;
  /** Finishes what was begun, then closes everything, the database that it brought last. */
  stop(): Promise<void>;
}

/** Starts everything in the order in which it depends on each other; what was started is stopped again when the rest fails. */
export async function startServer(wanted: Config): Promise<RunningServer> {
  const demo = isDemo(wanted);
  const ownDatabase = wanted.databaseUrl ? undefined : await bringOwnDatabase(wanted.dataDir);
  try {
    const config = wanted.with({
      ...(ownDatabase && {
        databaseUrl: ownDatabase.databaseUrl,
        databaseMigrationUrl: ownDatabase.databaseMigrationUrl,
      }),
      authJwtSecret:
        wanted.authJwtSecret || (wanted.authJwksUrl && !demo ? '' : await ownSecret(wanted.dataDir)),
    });
    if (config.migrateOnStart) await migrate(config.databaseMigrationUrl || config.databaseUrl);
    const app = await createApp(config);
    const seeded = demo ? await app.init().then(() => seedDemo(app, config)) : undefined;
    await app.listen(config.port, config.host);
    const url = urlOf(app.getHttpServer().address() as AddressInfo);
    if (seeded) await keepDemo(config.dataDir, url, seeded);
    return {
      url,
      banner: banner(url, ownDatabase ? `PostgreSQL 18 in ${config.dataDir}` : 'DATABASE_URL', seeded),
      stop: async () => {
        await app.close();
        await ownDatabase?.stop();
      },
    };
  } catch (error) {
    await ownDatabase?.stop();
    throw error;
  }
}

function urlOf({ address, port, family }: AddressInfo): string {
  const host =
    address === '::' || address === '0.0.0.0' ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}
