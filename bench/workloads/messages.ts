import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { type Client, connectUsers } from '../clients.js';
import type { BenchEnvironment } from '../bench-environment.js';
import { type Operation, interleaved, type Subject } from '../load.js';
import { percentile } from '../numbers.js';
import { ownProcess } from '../processor-time.js';
import { atLeast, atMost, type Report, short, comparisonTable } from '../report.js';

const USERS = 100;
const TEXT = 'A message of an average length, neither long nor short.';
const THIS_SERVER = 'this server';
const BARE = 'bare pg, append_messages of one, prepared';
const PLAIN = 'plain Socket.IO, no database';
const APPEND = 'SELECT outcome, members_version, (message).* FROM append_messages($1, true)';

interface Pair {
  conversationId: string;
  users: [Client, Client];
}

/** 100 users in 50 DMs: each sends, waits for the delivery to the other user and for the ack, and sends the next. */
export async function messages(environment: BenchEnvironment): Promise<Report> {
  const [server, plain] = [await environment.startServer(), await environment.startPlainSocketIo()];
  const acked: number[] = [];
  const pairs = await pairUp(server.url);
  const pool = environment.barePool();
  const subjects: Subject[] = [
    { name: THIS_SERVER, server, operations: operationsOf(pairs, acked) },
    {
      name: BARE,
      server: ownProcess,
      operations: pairs.flatMap(({ conversationId, users }) =>
        users.map(({ id }) => bareSender(pool, conversationId, id)),
      ),
    },
    { name: PLAIN, server: plain, operations: operationsOf(await pairUp(plain.url)) },
  ];
  const samples = await interleaved(environment, subjects);
  await pool.end();

  const [thisServer, bare, least] = [THIS_SERVER, BARE, PLAIN].map((name) => samples.get(name)!);
  acked.sort((one, other) => one - other);
  const acks = [50, 95, 99].map((percent) => short(percentile(acked, percent))).join(', ');
  return {
    title: '100 users in 50 DMs, one message in flight for each',
    table: `${comparisonTable('messages', samples, BARE)}\n\nAcks of this server after ${acks} ms (p50, p95, p99); the table has deliveries.`,
    verdicts: [
      atLeast(0.8, 'throughput relative to bare pg', thisServer!.perSecond / bare!.perSecond),
      atMost(
        2.5,
        'CPU per message relative to plain Socket.IO',
        (thisServer!.serverMicros + thisServer!.postgresMicros) / least!.serverMicros,
      ),
    ],
  };
}

async function pairUp(url: string): Promise<Pair[]> {
  const users = await connectUsers(url, USERS);
  const pairs: Pair[] = [];
  for (let index = 0; index < USERS; index += 2) {
    const pair = users.slice(index, index + 2) as [Client, Client];
    const input = { type: 'dm', memberIds: [pair[1].id] };
    const { id } = await pair[0].request<{ id: string }>('conversation.create', input);
    pairs.push({ conversationId: id, users: pair });
  }
  return pairs;
}

function operationsOf(pairs: Pair[], acked: number[] = []): Operation[] {
  return pairs.flatMap(({ conversationId, users: [one, other] }) => {
    const toOne = messageWaiter(one);
    const toOther = messageWaiter(other);
    return [sender(one, conversationId, toOther, acked), sender(other, conversationId, toOne, acked)];
  });
}

function bareSender(pool: Pool, conversationId: string, senderId: string): Operation {
  return async () => {
    const ids = { id: randomUUID(), conversationId, senderId, clientId: randomUUID() };
    await pool.query({
      name: 'append',
      text: APPEND,
      values: [JSON.stringify([{ ...ids, type: 'text', content: TEXT }])],
    });
  };
}

type WaitForMessage = (clientId: string) => Promise<void>;

/** Function that resolves when the user receives the message with a clientId. */
function messageWaiter(user: Client): WaitForMessage {
  const waiting = new Map<string, () => void>();
  user.onMessage = ({ clientId }) => {
    waiting.get(clientId)?.();
    waiting.delete(clientId);
  };
  return (clientId) => new Promise((resolve) => waiting.set(clientId, resolve));
}

function sender(
  user: Client,
  conversationId: string,
  waitForMessage: WaitForMessage,
  acked: number[],
): Operation {
  return async () => {
    const clientId = randomUUID();
    const startedAt = performance.now();
    const delivered = waitForMessage(clientId).then(() => performance.now() - startedAt);
    await user.sendCommand('message.send', { conversationId, content: TEXT, clientId });
    acked.push(performance.now() - startedAt);
    return delivered;
  };
}
