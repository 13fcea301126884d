import type { Pool } from 'pg';
import { type Client, connectUsers } from '../clients.js';
import type { BenchEnvironment } from '../bench-environment.js';
import { type Operation, interleaved } from '../load.js';
import { ownProcess } from '../processor-time.js';
import { type Report, comparisonTable } from '../report.js';

const USERS = 2_000;
const GROUP_SIZE = 10;
/** Concurrent syncs, as after a restart of the server. */
const CONCURRENCY = 50;
const STORED_MESSAGES = 50;
const MISSED = 50;
const THIS_SERVER = 'this server';
const BARE = 'bare SQL of the missed messages, prepared';
/** The messages only: no authentication, conversation or referenced users. */
const MISSED_SQL = `
  SELECT id, conversation_id, seq, version, sender_id, type, content, metadata, client_id, created_at, edited_at, deleted_at
  FROM messages WHERE conversation_id = $1 AND version > $2 ORDER BY version`;

interface Group {
  conversationId: string;
  members: Client[];
}

/** 2,000 users in groups of ten sync after 50 missed messages. */
export async function catchUp(environment: BenchEnvironment): Promise<Report> {
  const server = await environment.startServer();
  const users = await connectUsers(server.url, USERS);
  const groups: Group[] = [];
  for (let first = 0; first < USERS; first += GROUP_SIZE)
    groups.push(await createGroup(environment, users.slice(first, first + GROUP_SIZE)));
  await environment.sql('VACUUM ANALYZE');
  const pool = environment.barePool();
  const samples = await interleaved(environment, [
    {
      name: THIS_SERVER,
      server,
      operations: inTurns(
        groups.flatMap((group) => group.members.map((member) => syncOperation(member, group))),
      ),
    },
    {
      name: BARE,
      server: ownProcess,
      operations: inTurns(groups.map((group) => bareReadOperation(pool, group))),
    },
  ]);
  await pool.end();
  return {
    title: `sync of ${USERS.toLocaleString('en')} users who each missed ${MISSED} messages, ${CONCURRENCY} at once`,
    table: comparisonTable('syncs', samples, BARE),
    verdicts: [],
  };
}

async function createGroup(environment: BenchEnvironment, members: Client[]): Promise<Group> {
  await environment.disableIndexQueue();
  const ids = members.map(({ id }) => id);
  const last = STORED_MESSAGES + MISSED;
  const [group] = await environment.sql<{ id: string }>(
    `INSERT INTO conversations (id, type, title, created_by, last_seq, last_main_seq, version)
     VALUES (uuidv7(), 'group', 'Ten', $1, $2::bigint, $2, $2 + 1) RETURNING id`,
    [ids[0], last],
  );
  await environment.sql(
    'INSERT INTO conversation_members (conversation_id, user_id, last_read_seq, last_delivered_seq) SELECT $1, unnest($2::uuid[]), $3, $3',
    [group!.id, ids, STORED_MESSAGES],
  );
  await environment.sql(
    `INSERT INTO messages (id, conversation_id, seq, version, sender_id, content)
     SELECT uuidv7(), $1::uuid, seq, seq + 1, ($2::uuid[])[1 + seq % ${GROUP_SIZE}], 'The message number ' || seq || ' of this group.'
     FROM generate_series(1, $3::bigint) seq`,
    [group!.id, ids, last],
  );
  return { conversationId: group!.id, members };
}

function syncOperation(member: Client, { conversationId }: Group): Operation {
  return async () => {
    const page = await member.sendCommand('sync', {
      conversations: { [conversationId]: STORED_MESSAGES + 1 },
    });
    if (!page.includes(`"seq":${STORED_MESSAGES + MISSED},`))
      throw new Error('Missed messages are incomplete');
  };
}

function bareReadOperation(pool: Pool, { conversationId }: Group): Operation {
  return async () => {
    await pool.query({ name: 'missed', text: MISSED_SQL, values: [conversationId, STORED_MESSAGES + 1] });
  };
}

/** AT_ONCE concurrent operations, each running all operations in turn. */
function inTurns(operations: Operation[]): Operation[] {
  let turn = 0;
  return Array.from({ length: CONCURRENCY }, () => () => operations[turn++ % operations.length]!());
}
