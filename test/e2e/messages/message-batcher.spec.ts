import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { UnitOfWork } from '../../../src/kernel/database/unit-of-work.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { MessagesRepository, type NewMessage } from '../../../src/modules/messages/messages.repository.js';
import { MessageBatcher } from '../../../src/modules/messages/message-batcher.js';
import { readHistory } from '../../support/clients/read-history.js';
import { expectData, restTransport, type Transport } from '../../support/clients/transports.js';
import {
  createUser,
  startTestServer,
  type TestUser,
  type TestServer,
} from '../../support/servers/test-server.js';
import { waitUntil } from '../../support/environment/wait-until.js';

const SENDS = 32;

let server: TestServer;
let batcher: MessageBatcher;
let repository: MessagesRepository;
let alice: TestUser;
let rest: Transport;
let owner: Client;
const conversations: string[] = [];
const peers: TestUser[] = [];

beforeAll(async () => {
  server = await startTestServer({ databasePoolSize: 4 });
  batcher = server.app.get(MessageBatcher);
  repository = server.app.get(MessagesRepository);
  alice = await createUser(server, 'alice');
  rest = restTransport(server.url, alice.token);
  owner = new Client({ connectionString: server.database.ownerUrl });
  await owner.connect();
});
beforeEach(async () => {
  conversations.length = peers.length = 0;
  for (let index = 0; index < 4; index++) {
    const peer = await createUser(server, `peer-${randomUUID()}`);
    const dm = await expectData(rest.request(createConversation, { type: 'dm', memberIds: [peer.id] }));
    peers.push(peer);
    conversations.push(dm.id);
  }
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  await owner.end();
  await server.stop();
});

function message(index: number, more: Partial<NewMessage> = {}): NewMessage {
  const conversationId = conversations[index % conversations.length]!;
  return {
    id: randomUUID(),
    conversationId,
    senderId: alice.id,
    type: 'text',
    content: `Number ${index}`,
    ...more,
  };
}

/** Read positions of both members of the first conversation: alice's, then that of the other user. */
async function readPositions(): Promise<number[]> {
  const { rows } = await owner.query<{ seq: number }>(
    'SELECT last_read_seq::int AS seq FROM conversation_members WHERE conversation_id = $1 ORDER BY user_id <> $2',
    [conversations[0], alice.id],
  );
  return rows.map(({ seq }) => seq);
}

function messages(count = SENDS): NewMessage[] {
  return Array.from({ length: count }, (_item, index) => message(index));
}

/** Number of messages of each statement. */
function statements(): number[] {
  const sizes: number[] = [];
  const appendBatch = repository.appendBatch.bind(repository);
  jest.spyOn(repository, 'appendBatch').mockImplementation((all, how) => {
    sizes.push(all.length);
    return appendBatch(all, how);
  });
  return sizes;
}

/** Texts of each conversation by seq. Fails on a gap. */
async function contents(): Promise<(string | null)[][]> {
  const histories = await Promise.all(conversations.map((id) => readHistory(rest, id)));
  for (const history of histories)
    expect(history.map(({ seq }) => seq)).toEqual(history.map((_message, index) => index + 1));
  return histories.map((history) => history.map(({ content }) => content));
}

/** Expected texts of each conversation after these sends. */
function inOrder(sent: NewMessage[]): string[][] {
  return conversations.map((id) =>
    sent.filter(({ conversationId }) => conversationId === id).map(({ content }) => content!),
  );
}

/** Holds a row lock during the work, which receives the process ids of the waiting statements. */
async function whileLocked(
  sql: string,
  parameters: unknown[],
  work: (waiting: () => Promise<number[]>) => Promise<void>,
): Promise<void> {
  await owner.query('BEGIN');
  await owner.query(sql, parameters);
  const observer = new Client({ connectionString: process.env.TEST_POSTGRES_URL });
  await observer.connect();
  try {
    await work(async () => {
      const { rows } = await observer.query<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND usename = 'messaging_app' AND wait_event_type = 'Lock'",
        [server.database.name],
      );
      return rows.map(({ pid }) => pid);
    });
  } finally {
    await observer.end();
    await owner.query('ROLLBACK');
  }
}

describe('Concurrent sends', () => {
  it('share a statement in the order of arrival; a single send runs at once', async () => {
    const sizes = statements();
    const sent = messages();
    const rows = await Promise.all(sent.map((each) => batcher.append(each)));
    expect(rows.map(({ outcome, id }) => [outcome, id])).toEqual(sent.map(({ id }) => ['created', id]));
    expect(sizes).toEqual([1, SENDS - 1]);
    expect(await contents()).toEqual(inOrder(sent));
    await batcher.append(message(0));
    expect(sizes).toEqual([1, SENDS - 1, 1]);
  });

  it('move the read position of the senders with markRead only', async () => {
    const peerId = peers[0]!.id;
    const own = message(0, { markRead: true });
    const sent = [message(0, { senderId: peerId }), own, message(0, { senderId: peerId }), message(0)];
    const rows = await repository.appendBatch(sent, { wait: true });
    expect(rows.map(({ id }) => id)).toEqual(sent.map(({ id }) => id));
    expect(rows.map(({ read_outcome }) => read_outcome)).toEqual([null, 'updated', null, null]);
    expect(await readPositions()).toEqual([2, 0]);
    expect(await contents()).toEqual(inOrder(sent));
  });

  it('with one clientId create one message and do not delay the others', async () => {
    const clientId = randomUUID();
    const sent = [
      ...messages(),
      ...Array.from({ length: SENDS }, () => message(0, { clientId, content: 'Once' })),
    ];
    const rows = await Promise.all(sent.map((each) => batcher.append(each)));
    const same = rows.slice(SENDS);
    expect(new Set(same.map(({ id }) => id)).size).toBe(1);
    expect(same.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    expect(same.filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(SENDS - 1);
    expect((await contents())[0]!.filter((content) => content === 'Once')).toHaveLength(1);
  });

  it('with one clientId in two conversations create one message and errors', async () => {
    const clientId = randomUUID();
    const sent = Array.from({ length: SENDS }, (_item, index) =>
      message(index % 2, { clientId, content: 'Once' }),
    );
    const rows = await Promise.all(sent.map((each) => batcher.append(each)));
    const outcomes = rows.map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(SENDS / 2 - 1);
    expect(outcomes.filter((outcome) => outcome === 'client_id_reused')).toHaveLength(SENDS / 2);
    expect((await contents()).flat()).toEqual(['Once']);
  });

  it('succeed beside a send that the database rejects', async () => {
    const sizes = statements();
    const valid = messages();
    const invalid = message(7, { content: 'x'.repeat(10_001) });
    const sent = [...valid.slice(0, 20), invalid, ...valid.slice(20)];
    const outcomes = await Promise.allSettled(sent.map((each) => batcher.append(each)));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(outcomes[20]).toMatchObject({ reason: { constraint: 'messages_content_check' } });
    expect(sizes).toEqual([1, SENDS, ...Array<number>(SENDS).fill(1)]);
    expect((await contents()).map((each) => [...each].sort())).toEqual(
      inOrder(valid).map((each) => each.sort()),
    );
  });

  it('go in batches of a limited size, senders in turns', async () => {
    const batches = jest.spyOn(repository, 'appendBatch');
    const other = message(0, { senderId: peers[0]!.id });
    await Promise.all([...messages(150), other].map((each) => batcher.append(each)));
    const ids = batches.mock.calls.map(([sent]) => sent.map(({ id }) => id));
    expect(ids.map(({ length }) => length)).toEqual([1, 100, 50]);
    expect(ids[1]).toContain(other.id);
  });
});

describe('A conversation locked by another transaction', () => {
  it('delays no other conversation and occupies one connection', async () => {
    const [locked] = conversations as [string];
    const sent = messages();
    let isFree = false;
    await whileLocked('SELECT FROM conversations WHERE id = $1 FOR UPDATE', [locked], async (waiting) => {
      const all = sent.map((each) => ({ conversationId: each.conversationId, row: batcher.append(each) }));
      await Promise.all(all.filter(({ conversationId }) => conversationId !== locked).map(({ row }) => row));
      for (const { conversationId, row } of all)
        if (conversationId === locked) void row.then(() => expect(isFree).toBe(true));
      await waitUntil(async () => (await waiting()).length > 0);
      for (let round = 0; round < 3; round++) {
        const more = messages(8);
        sent.push(...more);
        const rows = more.map((each) => batcher.append(each));
        await Promise.all(rows.filter((_row, index) => more[index]!.conversationId !== locked));
      }
      expect(await waiting()).toHaveLength(1);
      isFree = true;
    });
    await waitUntil(async () => (await contents()).flat().length === sent.length);
    expect(await contents()).toEqual(inOrder(sent));
  });
});

describe('Sends on a terminated PostgreSQL session', () => {
  it('are repeated together and written once', async () => {
    const sizes = statements();
    // The first send runs at once, so that the others share a statement.
    const sent = messages().map((each, index) => (index === 0 ? { ...each, senderId: peers[0]!.id } : each));
    let rows: Promise<{ outcome: string }[]> = Promise.resolve([]);
    await whileLocked('SELECT FROM users WHERE id = $1 FOR UPDATE', [alice.id], async (waiting) => {
      rows = Promise.all(sent.map((each) => batcher.append(each)));
      await waitUntil(async () => (await waiting()).length === 1);
      const [pid] = await waiting();
      const terminator = new Client({ connectionString: process.env.TEST_POSTGRES_URL });
      await terminator.connect();
      await terminator.query('SELECT pg_terminate_backend($1)', [pid]);
      await terminator.end();
      await waitUntil(async () => (await waiting()).some((next) => next !== pid));
    });
    expect((await rows).map(({ outcome }) => outcome)).toEqual(sent.map(() => 'created'));
    expect(sizes).toEqual([1, SENDS - 1]);
    expect(await contents()).toEqual(inOrder(sent));
  });
});

describe('A message in a unit of work', () => {
  it('is rolled back with it', async () => {
    const unitOfWork = server.app.get(UnitOfWork);
    const work = unitOfWork.run(async () => {
      expect((await batcher.append(message(0))).outcome).toBe('created');
      for (const each of messages(4)) await batcher.append(each);
      throw new Error('Rolled back');
    });
    await expect(work).rejects.toThrow('Rolled back');
    expect((await contents()).flat()).toEqual([]);
  });
});
