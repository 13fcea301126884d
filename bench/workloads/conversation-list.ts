import { connectUsers } from '../clients.js';
import type { BenchEnvironment } from '../bench-environment.js';
import { type Operation, interleaved } from '../load.js';
import { atMost, type Report, table, short } from '../report.js';
import { signedFetch } from '../signed-fetch.js';

const CONVERSATIONS = 10_000;
const OTHERS = 40_000;
const FIRST = 'first page';
const DEEP = 'page after 5,000 conversations';
const UNREAD = 'unread counts of 1,000 conversations';
const MAX_MS = 50;

/** A user in 10,000 of 50,000 conversations reads pages of 50 of them, with last messages and unread counts. */
export async function conversationList(environment: BenchEnvironment): Promise<Report> {
  const server = await environment.startServer();
  const [alice, bob] = await connectUsers(server.url, 2);
  await fill(environment, alice!.id, bob!.id);
  const read = signedFetch(server.url, 'bench-0');
  const page =
    (path: string): Operation =>
    async () =>
      void (await read(path));
  const [middle] = await environment.sql<{ at: Date; id: string }>(
    'SELECT last_activity_at AS at, id FROM conversations JOIN conversation_members ON conversation_id = id WHERE user_id = $1 ORDER BY 1 DESC, 2 DESC OFFSET 5000 LIMIT 1',
    [alice!.id],
  );
  const cursor = Buffer.from(JSON.stringify([middle!.at.getTime(), middle!.id])).toString('base64url');
  const samples = await interleaved(environment, [
    { name: FIRST, server, operations: [page('/v1/conversations?limit=50')] },
    { name: DEEP, server, operations: [page(`/v1/conversations?limit=50&cursor=${cursor}`)] },
    { name: UNREAD, server, operations: [page('/v1/unread')] },
  ]);
  return {
    title: `a user in ${CONVERSATIONS.toLocaleString('en')} conversations, over REST`,
    table: table(
      ['', 'p50 ms', 'p95 ms', 'p99 ms', 'server CPU µs', 'PostgreSQL CPU µs'],
      [...samples].map(([name, { p50, p95, p99, serverMicros, postgresMicros }]) => [
        name,
        ...[p50, p95, p99].map(short),
        ...[serverMicros, postgresMicros].map((micros) => Math.round(micros).toLocaleString('en')),
      ]),
    ),
    verdicts: [FIRST, DEEP].map((name) => atMost(MAX_MS, `${name}, p95 ms`, samples.get(name)!.p95)),
  };
}

/** Twenty messages in each conversation; the newest ten of every tenth are unread. */
async function fill(environment: BenchEnvironment, alice: string, bob: string): Promise<void> {
  await environment.disableIndexQueue();
  await environment.sql(
    `INSERT INTO conversations (id, type, title, created_by, last_seq, last_main_seq, version, last_activity_at)
     SELECT uuidv7(), 'group', 'Number ' || number, '${bob}', 20, 20, 21, now() - random() * interval '300 days'
     FROM generate_series(1, ${CONVERSATIONS + OTHERS}) AS number`,
  );
  await environment.sql(
    `INSERT INTO conversation_members (conversation_id, user_id, role, version, last_read_seq, last_delivered_seq)
     SELECT id, '${bob}'::uuid, 'owner', row_number() OVER (), 20, 20 FROM conversations
     UNION ALL
     SELECT id, '${alice}'::uuid, 'member', number, read, read FROM (
       SELECT id, row_number() OVER () AS number FROM (SELECT id FROM conversations ORDER BY random() LIMIT ${CONVERSATIONS}) chosen
     ) hers, LATERAL (SELECT CASE WHEN number % 10 = 0 THEN 10 ELSE 20 END AS read) place`,
  );
  await environment.sql(
    `INSERT INTO messages (id, conversation_id, seq, version, sender_id, content)
     SELECT uuidv7(), id, seq, seq + 1, '${bob}', 'The message number ' || seq FROM conversations, generate_series(1, 20) seq`,
  );
  await environment.sql(`UPDATE users SET account_version = ${CONVERSATIONS + OTHERS}`);
  await environment.sql('VACUUM ANALYZE');
}
