import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

const OWNER_LOCK = 7_302_614;
const RETRY_MS = 20;
const CONNECT_MS = 30_000;
const TAKE_MS = 3_000;
const TAKE_AGAIN_MS = 1_000;
const NOT_YET = new Set(['ECONNREFUSED', 'ECONNRESET', '57P03']);

/** pg has these, its types do not. */
type Session = Client & { ref(): void; unref(): void };
type Connect = () => Promise<Session | undefined>;

export interface Ownership {
  release(): Promise<void>;
}

/** A session of the superuser; undefined when PostgreSQL ended meanwhile. */
export async function connect(url: string, isRunning: () => boolean): Promise<Session | undefined> {
  const deadline = Date.now() + CONNECT_MS;
  for (;;) {
    const session = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 }) as Session;
    session.on('error', () => undefined); // the loss of an idle session must not end the process
    try {
      await session.connect();
      await session.query('SELECT 1');
      return session;
    } catch (error) {
      void session.end().catch(() => undefined);
      if (!isRunning()) return undefined;
      if (!NOT_YET.has((error as { code?: string }).code ?? '') || Date.now() > deadline) throw error;
      await sleep(RETRY_MS);
    }
  }
}

/** One server owns a database: it holds an advisory lock while it lives. Undefined when another server does. */
export async function takeOwnership(session: Session, reconnect: Connect): Promise<Ownership | undefined> {
  // The session of a killed owner may need a moment to vanish.
  const deadline = Date.now() + TAKE_MS;
  while (!(await tryLock(session))) {
    if (Date.now() > deadline) {
      await session.end();
      return undefined;
    }
    await sleep(RETRY_MS);
  }
  return keep(session, reconnect);
}

/** PostgreSQL ends every session, and this lock with it, when one of them crashes: then it is taken again. */
function keep(session: Session, reconnect: Connect): Ownership {
  let released = false;
  let current = session;
  const hold = (next: Session): void => {
    current = next;
    current.unref();
    current.once('end', () => void takeAgain());
  };
  const takeAgain = async (): Promise<void> => {
    while (!released) {
      await sleep(TAKE_AGAIN_MS, undefined, { ref: false });
      const next = released ? undefined : await reconnect().catch(() => undefined);
      if (next && !released && (await tryLock(next).catch(() => false))) return hold(next);
      await next?.end();
    }
  };
  hold(session);
  return {
    async release() {
      released = true;
      current.ref(); // or node, with nothing else to do, ends before the session has
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
