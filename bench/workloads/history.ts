import type { Pool } from 'pg';
import { type Client, connectUsers } from '../clients.js';
import type { BenchEnvironment } from '../bench-environment.js';
import { type Operation, interleaved, type Subject } from '../load.js';
import { ownProcess } from '../processor-time.js';
import { atLeast, type Report, comparisonTable } from '../report.js';

const READERS = 16;
const PAGE = 50;
const SIZES = [100_000, Number(process.env.BENCH_MESSAGES ?? 5_000_000)] as const;
const CHUNK = 100_000;
const THIS_SERVER = 'this server';
const BARE = 'bare keyset SQL';
const PREPARED = 'bare keyset SQL, prepared';
/** The keyset only: no authentication, no referenced users. */
const PAGE_SQL = `
  SELECT m.id, m.conversation_id, m.seq, m.version, m.sender_id, m.type, m.content, m.metadata, m.client_id, m.created_at,
    m.edited_at, m.deleted_at, r.id AS reply_id, r.seq AS reply_seq, r.sender_id AS reply_sender_id, r.type AS reply_type,
    left(r.content, 100) AS reply_excerpt, r.deleted_at AS reply_deleted_at
  FROM messages m LEFT JOIN messages r ON r.id = m.reply_to_id
  WHERE m.conversation_id = $1 AND m.seq < $2 ORDER BY m.seq DESC LIMIT ${PAGE}`;

/** 16 users read pages of 50 from random positions of a conversation of 100,000 messages, and of one of 5 million. */
export async function history(environment: BenchEnvironment): Promise<Report> {
  const server = await environment.startServer();
  const readers = await connectUsers(server.url, READERS);
  const pool = environment.barePool();
  const subjects: Subject[] = [];
  for (const size of SIZES) {
    const history = { conversationId: await fill(environment, readers, size), size };
    const bare = (name?: string): Operation[] => readers.map(() => barePageReader(pool, history, name));
    subjects.push(
      {
        name: subjectName(THIS_SERVER, size),
        server,
        operations: readers.map((reader) => pageReader(reader, history)),
      },
      { name: subjectName(BARE, size), server: ownProcess, operations: bare() },
      { name: subjectName(PREPARED, size), server: ownProcess, operations: bare('page') },
    );
  }
  await environment.sql('VACUUM ANALYZE messages');
  const samples = await interleaved(environment, subjects);
  await pool.end();

  const speed = (name: string, size: number): number => samples.get(subjectName(name, size))!.perSecond;
  const [small, large] = SIZES;
  return {
    title: `pages of ${PAGE} from random positions of the history, ${READERS} readers`,
    table: comparisonTable('pages', samples, subjectName(BARE, small)),
    verdicts: [
      ...SIZES.map((size) =>
        atLeast(
          0.5,
          subjectName('throughput relative to bare SQL', size),
          speed(THIS_SERVER, size) / speed(BARE, size),
        ),
      ),
      atLeast(
        0.9,
        'throughput of the long history relative to the short one',
        speed(THIS_SERVER, large) / speed(THIS_SERVER, small),
      ),
    ],
  };
}

function subjectName(name: string, size: number): string {
  return `${name}, ${size.toLocaleString('en')} messages`;
}

/** Creates a group of the readers with `size` messages. */
async function fill(environment: BenchEnvironment, readers: Client[], size: number): Promise<string> {
  await environment.disableIndexQueue();
  const ids = readers.map(({ id }) => id);
  const [group] = await environment.sql<{ id: string }>(
    `INSERT INTO conversations (id, type, title, created_by, last_seq, last_main_seq, version)
     VALUES (gen_random_uuid(), 'group', 'Long', $1, $2::bigint, $2, $2 + 1) RETURNING id`,
    [ids[0], size],
  );
  await environment.sql(
    'INSERT INTO conversation_members (conversation_id, user_id) SELECT $1, unnest($2::uuid[])',
    [group!.id, ids],
  );
  for (let first = 1; first <= size; first += CHUNK)
    await environment.sql(
      `INSERT INTO messages (id, conversation_id, seq, version, sender_id, content, client_id)
       SELECT uuidv7(), $1::uuid, seq, seq + 1, ($2::uuid[])[1 + seq % ${ids.length}], 'The message number ' || seq || ' of a long history.',
         'history-' || seq || '-' || $1::uuid
       FROM generate_series($3::bigint, $4::bigint) seq`,
      [group!.id, ids, first, Math.min(first + CHUNK - 1, size)],
    );
  return group!.id;
}

interface History {
  conversationId: string;
  size: number;
}

function pageReader(reader: Client, { conversationId, size }: History): Operation {
  return async () => {
    const before = randomPosition(size);
    const page = await reader.sendCommand('message.list', { conversationId, before, limit: PAGE });
    if (!page.includes(`"seq":${before - 1},`)) throw new Error(`Not the page before ${before}`);
  };
}

function barePageReader(pool: Pool, { conversationId, size }: History, name?: string): Operation {
  return async () => {
    await pool.query({ name, text: PAGE_SQL, values: [conversationId, randomPosition(size)] });
  };
}

function randomPosition(size: number): number {
  return PAGE + 1 + Math.floor(Math.random() * (size - PAGE));
}
