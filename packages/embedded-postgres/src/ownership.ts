import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

const OWNER_LOCK = 7_302_614;
const RETRY_MS = 20;
const CONNECT_MS = 30_000;
const ACQUIRE_MS = 3_000;
const REACQUIRE_MS = 1_000;
const STARTING_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', '57P03']);

/** Methods of pg that its type declarations lack. */
type Session = Client & { ref(): void; unref(): void };
type Connect = () => Promise<Session | undefined>;

/** Advisory lock of the server that uses the cluster. */
export interface Ownership {
  release(): Promise<void>;
}

/** Opens a session of the superuser, waiting for the start; undefined when PostgreSQL has ended. */
export async function connectSuperuser(url: string, isRunning: () => boolean): Promise<Session | undefined> {
  const deadline = Date.now() + CONNECT_MS;
  for (;;) {
    const session = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 }) as Session;
    session.on('error', () => undefined); // an unhandled error of an idle session would end the process
    try {
      await session.connect();
      await session.query('SELECT 1');
      return session;
    } catch (error) {
      void session.end().catch(() => undefined);
      if (!isRunning()) return undefined;
      if (!STARTING_CODES.has((error as { code?: string }).code ?? '') || Date.now() > deadline) throw error;
      await sleep(RETRY_MS);
    }
  }
}

/** Takes the advisory lock that a server holds as long as it runs; undefined when another server holds it. */
export async function acquireOwnership(session: Session, reconnect: Connect): Promise<Ownership | undefined> {
  // PostgreSQL may need a moment to end the session of a killed server.
  const deadline = Date.now() + ACQUIRE_MS;
  while (!(await tryLock(session))) {
    if (Date.now() > deadline) {
      await session.end();
      return undefined;
    }
    await sleep(RETRY_MS);
  }
  return holdLock(session, reconnect);
}

/** Reacquires the lock after the loss of its session: PostgreSQL ends all sessions when one of them crashes. */
function holdLock(session: Session, reconnect: Connect): Ownership {
  let released = false;
  let current = session;
  const hold = (next: Session): void => {
    current = next;
    current.unref();
    current.once('end', () => void reacquire());
  };
  const reacquire = async (): Promise<void> => {
    while (!released) {
      await sleep(REACQUIRE_MS, undefined, { ref: false });
      const next = released ? undefined : await reconnect().catch(() => undefined);
      if (next && !released && (await tryLock(next).catch(() => false))) return hold(next);
      await next?.end();
    }
  };
  hold(session);
  return {
    async release() {
      released = true;
      current.ref(); // otherwise Node.js may exit before the session has ended
      await current.end();
    },
  };
}

async function tryLock(session: Session): Promise<boolean> {
  const { rows } = await session.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
    OWNER_LOCK,
  ]);
  return rows[0]?.locked === true;
}
