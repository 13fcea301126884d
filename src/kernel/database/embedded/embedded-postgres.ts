import { openCluster } from './cluster.js';
import { connect, takeOwnership } from './ownership.js';
import { isRunning } from './pid-file.js';
import { findPostmaster, launchPostmaster, stopPostmaster } from './postmaster.js';

export interface EmbeddedPostgresOptions {
  dataDir: string;
  /** Off only for tests. */
  fsync?: boolean;
  /** Further settings of postgresql.conf, such as max_connections. */
  settings?: Record<string, string>;
}

export interface EmbeddedPostgres {
  port: number;
  /** The connection URL of a role, by default of the superuser. */
  url(database: string, role?: { name: string; password: string }): string;
  /** Fast shutdown; resolves when the process is gone. */
  stop(): Promise<void>;
}

const ON_LOOPBACK_ONLY = { listen_addresses: '127.0.0.1', unix_socket_directories: '' };
/** Outlives a kill -9 of PostgreSQL, but not a crash of the machine. */
const WITHOUT_FSYNC = { fsync: 'off', full_page_writes: 'off' };

/**
 * PostgreSQL without setup: a cluster in the data directory, made at the first start. A PostgreSQL that an earlier,
 * killed server left behind is taken over as it is.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, fsync = true, settings: extra } = options;
  const settings = { ...(fsync ? {} : WITHOUT_FSYNC), ...extra, ...ON_LOOPBACK_ONLY };
  const cluster = await openCluster(dataDir, fsync);

  for (;;) {
    const postmaster = (await findPostmaster(cluster)) ?? (await launchPostmaster(cluster, settings));
    if (!postmaster) continue; // another process launched one meanwhile

    const superuser = { name: 'postgres', password: cluster.password };
    const url: EmbeddedPostgres['url'] = (database, { name, password } = superuser) => {
      const [user, secret, path] = [name, password, database].map(encodeURIComponent);
      return `postgres://${user}:${secret}@127.0.0.1:${postmaster.port}/${path}`;
    };
    const reconnect = (): ReturnType<typeof connect> =>
      connect(url('postgres'), () => isRunning(postmaster.pid, cluster.path));
    const session = await reconnect();
    if (!session) continue; // it was about to end

    const ownership = await takeOwnership(session, reconnect);
    if (!ownership) {
      throw new Error(`Another server already uses ${dataDir}. Stop it, or set DATA_DIR or DATABASE_URL.`);
    }
    let stopped: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      await ownership.release();
      await stopPostmaster(postmaster, cluster);
    };
    return { port: postmaster.port, url, stop: () => (stopped ??= stop()) };
  }
}
