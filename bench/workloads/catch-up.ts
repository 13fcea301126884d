import type { Pool } from 'pg';
import { type Client, connectPeople } from '../clients.js';
import type { Lab } from '../lab.js';
import { type AuthUser, interleaved } from '../load.js';
import { ownProcess } from '../processor-time.js';
import { type Report, tableOf } from '../report.js';

const PEOPLE = 2_000;
const GROUP_SIZE = 10;
/** Who asks at the same time, as after a restart of the server. */
const AT_ONCE = 50;
const HELD = 50;
const MISSED = 50;
const OURS = 'this server';
const BARE = 'bare SQL of the missed messages, prepared';
/** The messages and nothing else: no look at who asks, no conversation, no people. */
const MISSED_SQL = `
  SELECT id, conversation_id, seq, version, sender_id, type, content, metadata, client_id, created_at, edited_at, deleted_at
  FROM messages WHERE conversation_id = $1 AND version > $2 ORDER BY version`;

interface Group {
  conversationId: string;
  members: Client[];
}

/** 2,000 people in groups of ten come back after 50 messages. */
export async function catchUp(lab: Lab): Promise<Report> {
  const server = await lab.startServer();
  const people = await connectPeople(server.url, PEOPLE);
  const groups: Group[] = [];
  for (let first = 0; first < PEOPLE; first += GROUP_SIZE)
    groups.push(await gather(lab, people.slice(first, first + GROUP_SIZE)));
  await lab.sql('VACUUM ANALYZE');
  const pool = lab.barePool();
  const samples = await interleaved(lab, [
    {
      name: OURS,
      server,
      callers: inTurns(groups.flatMap((group) => group.members.map((member) => syncer(member, group)))),
    },
    { name: BARE, server: ownProcess, callers: inTurns(groups.map((group) => bareReader(pool, group))) },
  ]);
  await pool.end();
  return {
    title: `${PEOPLE.toLocaleString('en')} people who each missed ${MISSED} messages sync, ${AT_ONCE} at once`,
    table: tableOf('syncs', samples, BARE),
    verdicts: [],
  };
}

async function gather(lab: Lab, members: Client[]): Promise<Group> {
  await lab.readNothing();
  const ids = members.map(({ id }) => id);
  const last = HELD + MISSED;
  const [group] = await lab.sql<{ id: string }>(
    `INSERT INTO conversations (id, type, title, created_by, last_seq, last_main_seq, version)
     VALUES (uuidv7(), 'group', 'Ten', $1, $2::bigint, $2, $2 + 1) RETURNING id`,
    [ids[0], last],
  );
  await lab.sql(
    'INSERT INTO conversation_members (conversation_id, user_id, last_read_seq, last_delivered_seq) SELECT $1, unnest($2::uuid[]), $3, $3',
    [group!.id, ids, HELD],
  );
  await lab.sql(
    `INSERT INTO messages (id, conversation_id, seq, version, sender_id, content)
     SELECT uuidv7(), $1::uuid, seq, seq + 1, ($2::uuid[])[1 + seq % ${GROUP_SIZE}], 'The message number ' || seq || ' of this group.'
     FROM generate_series(1, $3::bigint) seq`,
    [group!.id, ids, last],
  );
  return { conversationId: group!.id, members };
}

function syncer(member: Client, { conversationId }: Group): AuthUser {
  return async () => {
    const page = await member.tell('sync', { conversations: { [conversationId]: HELD + 1 } });
    if (!page.includes(`"seq":${HELD + MISSED},`)) throw new Error('Not everything that was missed');
  };
}

function bareReader(pool: Pool, { conversationId }: Group): AuthUser {
  return async () => {
    await pool.query({ name: 'missed', text: MISSED_SQL, values: [conversationId, HELD + 1] });
  };
}

/** So many at once, and everybody in their turn. */
function inTurns(callers: AuthUser[]): AuthUser[] {
  let turn = 0;
  return Array.from({ length: AT_ONCE }, () => () => callers[turn++ % callers.length]!());
}
