import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, connectUsers } from '../clients.js';
import type { BenchEnvironment } from '../bench-environment.js';
import type { MeasuredProcess } from '../measured-process.js';
import { table } from '../report.js';

const REINDEXED = 5_000;
const USERS = 100;
const MEASURE_MS = Number(process.env.BENCH_SECONDS ?? 5) * 1_000;
const TEXT = 'A message of an average length, neither long nor short.';

/** Indexed messages per second: without other load, and while users send without pause. */
export async function indexing(environment: BenchEnvironment, server: MeasuredProcess): Promise<string> {
  const users = await connectUsers(server.url, USERS, { from: 1 });
  const { id: conversationId } = await users[0]!.request<{ id: string }>('conversation.create', {
    type: 'group',
    memberIds: users.slice(1).map(({ id }) => id),
  });
  const idle = await reindex(environment, users[0]!, conversationId);
  await environment.enableIndexQueue();

  const rooms = await Promise.all(users.map((user, index) => dmOf(user, users[index ^ 1]!)));
  let sent = 0;
  let isOver = false;
  const sending = Promise.all(
    users.map(async (user, index) => {
      for (; !isOver; sent++)
        await user.sendCommand('message.send', { conversationId: rooms[index], content: TEXT });
    }),
  );
  await sleep(1_000);
  const before = { at: performance.now(), sent, read: await countIndexed(environment) };
  await sleep(MEASURE_MS);
  const [seconds, sentNow] = [(performance.now() - before.at) / 1_000, sent - before.sent];
  const read = (await countIndexed(environment)) - before.read;
  isOver = true;
  await sending;
  return table(
    ['', 'indexed/s', 'sent/s'],
    [
      [`${REINDEXED.toLocaleString('en')} messages queued, no sends`, integer(idle), '0'],
      [`${USERS} users sending without pause`, integer(read / seconds), integer(sentNow / seconds)],
    ],
  );
}

/** Lets the server index some messages again and compares the result. Returns the messages per second. */
async function reindex(environment: BenchEnvironment, user: Client, conversationId: string): Promise<number> {
  await environment.sql(
    `CREATE TABLE known AS SELECT * FROM message_search ORDER BY message_id DESC LIMIT ${REINDEXED}`,
  );
  await environment.sql('DELETE FROM message_search WHERE message_id IN (SELECT message_id FROM known)');
  await environment.sql('INSERT INTO search_index_queue SELECT message_id FROM known');
  await user.sendCommand('message.send', { conversationId, content: TEXT });
  const startedAt = performance.now();
  const isDone = async (): Promise<boolean> =>
    (await environment.sql('SELECT FROM search_index_queue LIMIT 1')).length === 0;
  while (!(await isDone())) await sleep(20);
  const seconds = (performance.now() - startedAt) / 1_000;
  const different = await environment.sql(
    `SELECT FROM known LEFT JOIN message_search read USING (message_id)
     WHERE read.terms <> known.terms OR read.message_id IS NULL`,
  );
  if (different.length > 0)
    throw new Error(`${different.length} messages have other index entries than before.`);
  return REINDEXED / seconds;
}

async function dmOf(user: Client, peer: Client): Promise<string> {
  return (await user.request<{ id: string }>('conversation.create', { type: 'dm', memberIds: [peer.id] })).id;
}

async function countIndexed(environment: BenchEnvironment): Promise<number> {
  const [row] = await environment.sql<{ count: number }>('SELECT count(*)::int AS count FROM message_search');
  return row!.count;
}

function integer(figure: number): string {
  return Math.round(figure).toLocaleString('en');
}
