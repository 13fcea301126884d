import type { Pool } from 'pg';
import { type Client, connectPeople } from '../clients.js';
import type { Lab } from '../lab.js';
import { type AuthUser, interleaved, type Subject } from '../load.js';
import { ownProcess } from '../processor-time.js';
import { atLeast, type Report, tableOf } from '../report.js';

const READERS = 16;
const PAGE = 50;
const SIZES = [100_000, Number(process.env.BENCH_MESSAGES ?? 5_000_000)] as const;
const CHUNK = 100_000;
const OURS = 'this server';
const BARE = 'bare keyset SQL';
const PREPARED = 'bare keyset SQL, prepared';
/** The keyset and nothing else: no look at who asks, no people. */
const PAGE_SQL = `
  SELECT m.id, m.conversation_id, m.seq, m.version, m.sender_id, m.type, m.content, m.metadata, m.client_id, m.created_at,
    m.edited_at, m.deleted_at, r.id AS reply_id, r.seq AS reply_seq, r.sender_id AS reply_sender_id, r.type AS reply_type,
    left(r.content, 100) AS reply_excerpt, r.deleted_at AS reply_deleted_at
  FROM messages m LEFT JOIN messages r ON r.id = m.reply_to_id
  WHERE m.conversation_id = $1 AND m.seq < $2 ORDER BY m.seq DESC LIMIT ${PAGE}`;

/** 16 people read pages of 50 from anywhere in a conversation of 100,000 messages, and in one of 5 million. */
export async function history(lab: Lab): Promise<Report> {
  const server = await lab.startServer();
  const readers = await connectPeople(server.url, READERS);
  const pool = lab.barePool();
  const subjects: Subject[] = [];
  for (const size of SIZES) {
    const place = { conversationId: await fill(lab, readers, size), size };
    const bare = (name?: string): AuthUser[] => readers.map(() => barePageReader(pool, place, name));
    subjects.push(
      { name: named(OURS, size), server, callers: readers.map((reader) => pageReader(reader, place)) },
      { name: named(BARE, size), server: ownProcess, callers: bare() },
      { name: named(PREPARED, size), server: ownProcess, callers: bare('page') },
    );
  }
  await lab.sql('VACUUM ANALYZE messages');
  const samples = await interleaved(lab, subjects);
  await pool.end();

  const speed = (what: string, size: number): number => samples.get(named(what, size))!.perSecond;
  const [small, large] = SIZES;
  return {
    title: `pages of ${PAGE} from anywhere in the history, ${READERS} readers`,
    table: tableOf('pages', samples, named(BARE, small)),
    verdicts: [
      ...SIZES.map((size) =>
        atLeast(0.5, named('throughput beside bare SQL', size), speed(OURS, size) / speed(BARE, size)),
      ),
      atLeast(0.9, 'flat: the longer beside the shorter', speed(OURS, large) / speed(OURS, small)),
    ],
  };
}

function named(what: string, size: number): string {
  return `${what}, ${size.toLocaleString('en')} messages`;
}

/** A group of the readers with so many messages. */
async function fill(lab: Lab, readers: Client[], size: number): Promise<string> {
  await lab.readNothing();
  const ids = readers.map(({ id }) => id);
  const [group] = await lab.sql<{ id: string }>(
    `INSERT INTO conversations (id, type, title, created_by, last_seq, last_main_seq, version)
     VALUES (gen_random_uuid(), 'group', 'Long', $1, $2::bigint, $2, $2 + 1) RETURNING id`,
    [ids[0], size],
  );
  await lab.sql('INSERT INTO conversation_members (conversation_id, user_id) SELECT $1, unnest($2::uuid[])', [
    group!.id,
    ids,
  ]);
  for (let first = 1; first <= size; first += CHUNK)
    await lab.sql(
      `INSERT INTO messages (id, conversation_id, seq, version, sender_id, content, client_id)
       SELECT uuidv7(), $1::uuid, seq, seq + 1, ($2::uuid[])[1 + seq % ${ids.length}], 'The message number ' || seq || ' of a long history.',
         'history-' || seq || '-' || $1::uuid
       FROM generate_series($3::bigint, $4::bigint) seq`,
      [group!.id, ids, first, Math.min(first + CHUNK - 1, size)],
    );
  return group!.id;
}

interface Place {
  conversationId: string;
  size: number;
}

function pageReader(reader: Client, { conversationId, size }: Place): AuthUser {
  return async () => {
    const before = anywhere(size);
    const page = await reader.tell('message.list', { conversationId, before, limit: PAGE });
    if (!page.includes(`"seq":${before - 1},`)) throw new Error(`Not the page before ${before}`);
  };
}

function barePageReader(pool: Pool, { conversationId, size }: Place, name?: string): AuthUser {
  return async () => {
    await pool.query({ name, text: PAGE_SQL, values: [conversationId, anywhere(size)] });
  };
}

function anywhere(size: number): number {
  return PAGE + 1 + Math.floor(Math.random() * (size - PAGE));
}
