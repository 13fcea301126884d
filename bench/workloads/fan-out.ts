import { type Client, connectUsers } from '../clients.js';
import type { BenchEnvironment } from '../bench-environment.js';
import { type Operation, interleaved } from '../load.js';
import { atLeast, type Report, comparisonTable } from '../report.js';

const MEMBERS = 500;
const THIS_SERVER = 'this server';
const PLAIN = 'plain Socket.IO, no database';
const TEXT = 'An announcement for everybody in this group.';

/** One user sends to a group of 500 connected members, and sends again when all have received it. */
export async function fanOut(environment: BenchEnvironment): Promise<Report> {
  const [server, plain] = [await environment.startServer(), await environment.startPlainSocketIo()];
  const thisServer = await connectUsers(server.url, MEMBERS);
  const plainClients = await connectUsers(plain.url, MEMBERS);
  const memberIds = plainClients.slice(1).map(({ id }) => id);
  const group = await plainClients[0]!.request<{ id: string }>('conversation.create', { memberIds });
  const samples = await interleaved(environment, [
    {
      name: THIS_SERVER,
      server,
      operations: [sendOperation(thisServer, await insertGroup(environment, thisServer))],
    },
    { name: PLAIN, server: plain, operations: [sendOperation(plainClients, group.id)] },
  ]);
  const [sample, limit] = [samples.get(THIS_SERVER)!, samples.get(PLAIN)!];
  return {
    title: `one sender in a group of ${MEMBERS} connected members`,
    table: comparisonTable('deliveries', samples, PLAIN, MEMBERS),
    verdicts: [atLeast(0.8, 'throughput relative to plain Socket.IO', sample.perSecond / limit.perSecond)],
  };
}

async function insertGroup(environment: BenchEnvironment, members: Client[]): Promise<string> {
  const [group] = await environment.sql<{ id: string }>(
    `INSERT INTO conversations (id, type, title, created_by) VALUES (gen_random_uuid(), 'group', 'All', $1) RETURNING id`,
    [members[0]!.id],
  );
  await environment.sql(
    'INSERT INTO conversation_members (conversation_id, user_id) SELECT $1, unnest($2::uuid[])',
    [group!.id, members.map(({ id }) => id)],
  );
  return group!.id;
}

function sendOperation(members: Client[], conversationId: string): Operation {
  let missing = 0;
  let onAllReceived = (): void => undefined;
  for (const member of members)
    member.onMessage = () => {
      if (--missing === 0) onAllReceived();
    };
  return async () => {
    missing = members.length;
    const allReceived = new Promise<void>((resolve) => (onAllReceived = resolve));
    await members[0]!.sendCommand('message.send', { conversationId, content: TEXT });
    await allReceived;
  };
}
