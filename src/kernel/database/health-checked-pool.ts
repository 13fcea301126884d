import { setImmediate as nextTurn } from 'node:timers/promises';
import pg, { type PoolClient } from 'pg';

type Receive = (
  error: Error | undefined,
  client: PoolClient | undefined,
  release: (broken?: Error | boolean) => void,
) => void;

/** Idle time after which a connection is checked. Checks of busy connections would cost too much. */
const CHECK_AFTER_IDLE_MS = 20;

/**
 * Connection pool that drops connections closed while idle. One turn of the event loop reads the end of the connection
 * from the socket, without a round trip.
 */
class HealthCheckedPool extends pg.Pool {
  private readonly idleSince = new WeakMap<PoolClient, number>();

  constructor(config: pg.PoolConfig) {
    super(config);
    this.on('release', (_error, client) => this.idleSince.set(client, performance.now()));
  }

  override connect(): Promise<PoolClient>;
  override connect(receive: Receive): void;
  override connect(receive?: Receive): Promise<PoolClient> | void {
    const client = this.takeAliveClient();
    if (!receive) return client;
    client.then(
      (alive) => receive(undefined, alive, (broken) => alive.release(broken)),
      (error: Error) => receive(error, undefined, () => undefined),
    );
  }

  private async takeAliveClient(): Promise<PoolClient> {
    for (;;) {
      const client = await super.connect();
      const since = this.idleSince.get(client);
      if (since === undefined || performance.now() - since < CHECK_AFTER_IDLE_MS || (await isAlive(client)))
        return client;
      client.release(true);
    }
  }
}

async function isAlive(client: PoolClient): Promise<boolean> {
  let failed = false;
  const fail = (): void => void (failed = true);
  client.on('error', fail);
  await nextTurn();
  client.removeListener('error', fail);
  const { stream } = (client as unknown as { connection: { stream: { readable: boolean } } }).connection;
  return !failed && stream.readable;
}

/** Driver for TypeORM: pg with this pool. */
export const pgDriver = { ...pg, Pool: HealthCheckedPool };
