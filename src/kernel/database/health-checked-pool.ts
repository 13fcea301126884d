import { setImmediate as nextTurn } from 'node:timers/promises';
import pg, { type PoolClient } from 'pg';

type Receive = (
  error: Error | undefined,
  client: PoolClient | undefined,
  release: (broken?: Error | boolean) => void,
) => void;

/** A connection that was used a moment ago is not looked at again: that would cost too much under load. */
const RESTED_MS = 20;

/**
 * A pool that hands out no connection which died while it lay idle: what the operating system has heard of its end is
 * read within one turn of the event loop, without a round trip.
 */
class HealthCheckedPool extends pg.Pool {
  private readonly restingSince = new WeakMap<PoolClient, number>();

  constructor(config: pg.PoolConfig) {
    super(config);
    this.on('release', (_error, client) => this.restingSince.set(client, performance.now()));
  }

  override connect(): Promise<PoolClient>;
  override connect(receive: Receive): void;
  override connect(receive?: Receive): Promise<PoolClient> | void {
    const client = this.takeLiving();
    if (!receive) return client;
    client.then(
      (living) => receive(undefined, living, (broken) => living.release(broken)),
      (error: Error) => receive(error, undefined, () => undefined),
    );
  }

  private async takeLiving(): Promise<PoolClient> {
    for (;;) {
      const client = await super.connect();
      const since = this.restingSince.get(client);
      if (since === undefined || performance.now() - since < RESTED_MS || (await isAlive(client)))
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

/** pg as TypeORM is to use it. */
export const driver = { ...pg, Pool: HealthCheckedPool };
