import { openCluster } from './cluster.js';
import { acquireOwnership, connectSuperuser } from './ownership.js';
import { findPostmaster, launchPostmaster, stopPostmaster } from './postmaster.js';
import { Restarts, type RestartListeners } from './restarts.js';

export interface EmbeddedPostgresOptions extends RestartListeners {
  /** Directory of the cluster, its log and the password of the superuser. */
  dataDir: string;
  /** Whether commits are flushed to disk; false for tests only. */
  fsync?: boolean;
  /** Additional settings of postgresql.conf, such as max_connections. */
  settings?: Record<string, string>;
}

/** A running embedded PostgreSQL. */
export interface EmbeddedPostgres {
  port: number;
  /** Connection URL for a role, by default the superuser. */
  url(database: string, role?: { name: string; password: string }): string;
  /** Fast shutdown; resolves when the process has ended. */
  stop(): Promise<void>;
}

const LOOPBACK_ONLY = { listen_addresses: '127.0.0.1', unix_socket_directories: '' };
/** Survives a SIGKILL of PostgreSQL, but not a crash of the machine. */
const WITHOUT_FSYNC = { fsync: 'off', full_page_writes: 'off' };

/**
 * Starts PostgreSQL on a cluster in the data directory, which the first start creates. A process left running by a killed
 * server is reused. When PostgreSQL ends by itself it is started again.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, fsync = true, settings: extra } = options;
  const settings = { ...(fsync ? {} : WITHOUT_FSYNC), ...extra, ...LOOPBACK_ONLY };
  const cluster = await openCluster(dataDir, fsync);

  for (;;) {
    const postmaster = (await findPostmaster(cluster)) ?? (await launchPostmaster(cluster, settings));
    if (!postmaster) continue; // another process launched it first

    const superuser = { name: 'postgres', password: cluster.password };
    const url: EmbeddedPostgres['url'] = (database, { name, password } = superuser) => {
      const [user, secret, path] = [name, password, database].map(encodeURIComponent);
      return `postgres://${user}:${secret}@127.0.0.1:${postmaster.port}/${path}`;
    };
    const restarts = new Restarts(cluster, settings, postmaster, options);
    const connect = (): ReturnType<typeof connectSuperuser> =>
      connectSuperuser(url('postgres'), () => restarts.isAlive());
    const session = await connect();
    if (!session) continue; // the process was shutting down

    const reconnect = async (): ReturnType<typeof connectSuperuser> => {
      await restarts.ensureRunning();
      return connect();
    };
    const ownership = await acquireOwnership(session, reconnect);
    if (!ownership) {
      throw new Error(`Another server already uses ${dataDir}. Stop it, or set DATA_DIR or DATABASE_URL.`);
    }
    let stopped: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      await ownership.release();
      await restarts.stop();
      await stopPostmaster(restarts.current, cluster);
    };
    return { port: postmaster.port, url, stop: () => (stopped ??= stop()) };
  }
}
