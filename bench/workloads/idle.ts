import { connectUsers } from '../clients.js';
import type { BenchEnvironment } from '../bench-environment.js';
import { ROUNDS } from '../load.js';
import type { MeasuredProcess } from '../measured-process.js';
import { median } from '../numbers.js';
import { atMost, type Report, short, table } from '../report.js';

const CONNECTIONS = 1_000;
/** Connected first and kept, because a new process has unused heap. */
const BEFORE = 200;

interface Memory {
  rss: number;
  heap: number;
}

/** Memory per idle connection: growth by 1,000 connections, after garbage collection, in new processes. */
export async function idle(environment: BenchEnvironment): Promise<Report> {
  const thisServer: Memory[] = [];
  const plain: Memory[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    thisServer.push(await perConnection(environment, await environment.startServer()));
    plain.push(await perConnection(environment, await environment.startPlainSocketIo()));
  }
  const [one, other] = [medianOf(thisServer), medianOf(plain)];
  return {
    title: `${CONNECTIONS.toLocaleString('en')} idle connections`,
    table: table(
      ['', 'RSS KB per connection', 'heap KB per connection'],
      [
        ['this server', short(one.rss), short(one.heap)],
        ['plain Socket.IO', short(other.rss), short(other.heap)],
      ],
    ),
    verdicts: [
      atMost(1.3, 'RSS relative to plain Socket.IO', one.rss / other.rss),
      atMost(1.3, 'heap relative to plain Socket.IO', one.heap / other.heap),
    ],
  };
}

async function perConnection(environment: BenchEnvironment, server: MeasuredProcess): Promise<Memory> {
  const clients = await connectUsers(server.url, BEFORE, { idle: true });
  const before = await server.memory();
  clients.push(...(await connectUsers(server.url, CONNECTIONS, { from: BEFORE, idle: true })));
  const after = await server.memory();
  for (const client of clients) client.close();
  await environment.stop(server);
  const kilobytes = (bytes: number): number => bytes / 1_024 / CONNECTIONS;
  const memory = { rss: kilobytes(after.rss - before.rss), heap: kilobytes(after.heap - before.heap) };
  process.stderr.write(`  ${short(memory.rss)} KB, heap ${short(memory.heap)} KB\n`);
  return memory;
}

function medianOf(memories: Memory[]): Memory {
  return { rss: median(memories.map(({ rss }) => rss)), heap: median(memories.map(({ heap }) => heap)) };
}
