import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConversation } from '../../src/modules/conversations/conversations.contract.js';
import type { MessageDto } from '../../src/modules/messages/dto/message.dto.js';
import { sendMessage } from '../../src/modules/messages/messages.contract.js';
import { BuiltServer } from '../support/servers/built-server.js';
import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';
import {
  expectData,
  Device,
  restTransport,
  type Answer,
  type Transport,
} from '../support/clients/transports.js';
import { query } from '../support/servers/embedded-postgres-fixture.js';
import { createUser, type TestUser } from '../support/servers/test-server.js';
import { JWT_SECRET } from '../support/clients/tokens.js';
import { waitUntil } from '../support/environment/wait-until.js';

const SENDS_PER_TRANSPORT = 25;
/** Less than the ten seconds that a shutdown waits for running requests and commands. */
const WITHOUT_WAITING_MS = 9_000;

let database: TestDatabase;
const servers: BuiltServer[] = [];

beforeAll(async () => (database = await createDatabase()));
afterEach(async () => {
  for (const server of servers.splice(0)) await server.kill();
});
afterAll(() => database.drop());

async function start(): Promise<BuiltServer> {
  const server = await BuiltServer.start(database.url);
  servers.push(server);
  return server;
}

function launch(environment: Record<string, string>): BuiltServer {
  const server = BuiltServer.launch(environment);
  servers.push(server);
  return server;
}

/** Exit code of the process, which ends within the time limit. */
async function exitCode(server: BuiltServer, { within = 30_000 } = {}): Promise<number | null> {
  await waitUntil(() => !server.isRunning, { within });
  return server.exited;
}

async function dm(
  server: BuiltServer,
): Promise<{ alice: TestUser; rest: Transport; conversationId: string }> {
  const [alice, bob] = [await createUser(server, 'alice'), await createUser(server, 'bob')];
  const rest = restTransport(server.url, alice.token);
  const { id } = await expectData(rest.request(createConversation, { type: 'dm', memberIds: [bob.id] }));
  return { alice, rest, conversationId: id };
}

interface StoredMessage extends Record<string, unknown> {
  id: string;
  seq: number;
  content: string;
}

function listStoredMessages(): Promise<StoredMessage[]> {
  return query<StoredMessage>(database.ownerUrl, 'SELECT id, seq::int, content FROM messages ORDER BY seq');
}

describe('SIGTERM', () => {
  it.each<[string, NodeJS.Signals[]]>([
    ['once', ['SIGTERM']],
    ['twice', ['SIGTERM', 'SIGTERM']],
    ['with a Ctrl-C after it', ['SIGTERM', 'SIGINT']],
  ])('%s during 50 sends loses no acked message', async (times, signals) => {
    const server = await start();
    const { alice, rest, conversationId } = await dm(server);
    const device = await Device.connect(server.url, alice.token);
    const send = (transport: Transport, index: number): Promise<Answer<MessageDto> | undefined> =>
      transport
        .request(sendMessage, { conversationId, content: `${times} ${transport.name} ${index}` })
        .catch(() => undefined);
    const inFlight = [rest, device].flatMap((transport) =>
      Array.from({ length: SENDS_PER_TRANSPORT }, (_item, index) => send(transport, index)),
    );
    await Promise.race(inFlight);
    for (const signal of signals) server.signal(signal);
    expect(await exitCode(server)).toBe(0);
    device.close();

    const answers = await Promise.all(inFlight);
    const acked = answers.flatMap((answer) => (answer?.ok ? [answer.data] : []));
    for (const answer of answers)
      if (answer && !answer.ok) expect(answer.error.code).toBe('service_unavailable');
    expect(acked.length).toBeGreaterThan(0);
    const rows = await listStoredMessages();
    expect(rows).toEqual(expect.arrayContaining(acked.map(({ id, seq, content }) => ({ id, seq, content }))));
    expect(new Set(rows.map(({ content }) => content)).size).toBe(rows.length);
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_row, index) => index + 1));
  });

  it('does not wait for keep-alive connections, incomplete requests, or sockets of both transports', async () => {
    const server = await start();
    const { alice, rest, conversationId } = await dm(server);
    const device = await Device.connect(server.url, alice.token);
    const agent = new Agent({ keepAlive: true });
    await new Promise((resolve) =>
      get(`${server.url}/health`, { agent }, (response) => response.resume().on('end', resolve)),
    );
    const polled = (await (await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`)).text()).slice(1);
    const { sid } = JSON.parse(polled) as { sid: string };
    const polling = fetch(`${server.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`).catch(
      () => undefined,
    );
    const idle = connect(Number(new URL(server.url).port), '127.0.0.1');
    const incompleteRequest = connect(Number(new URL(server.url).port), '127.0.0.1');
    incompleteRequest.write('POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n');
    for (const socket of [idle, incompleteRequest]) socket.on('error', () => undefined);
    await expectData(rest.request(sendMessage, { conversationId, content: 'Last' }));
    const left = device.disconnected();

    server.signal('SIGTERM');
    expect(await exitCode(server, { within: WITHOUT_WAITING_MS })).toBe(0);
    await Promise.all([left, polling, closed(idle), closed(incompleteRequest)]);
    agent.destroy();
  });

  it('makes later requests unavailable or leaves them unanswered', async () => {
    const server = await start();
    const { alice } = await dm(server);
    const device = await Device.connect(server.url, alice.token);
    server.signal('SIGTERM');
    const late = await device.emitCommand('message.list', {}).catch(() => undefined);
    if (late && !late.ok) expect(['service_unavailable', 'validation_failed']).toContain(late.error.code);
    expect(await exitCode(server)).toBe(0);
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });
});

describe('A failed start', () => {
  it('because of a used port reports it in one line and stops the embedded PostgreSQL', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'messaging-port-'));
    chmodSync(dataDir, 0o755);
    const portHolder = createServer().listen(0, '127.0.0.1');
    await waitUntil(() => portHolder.listening);
    const { port } = portHolder.address() as AddressInfo;
    const server = launch({ DATA_DIR: dataDir, PORT: String(port), DEMO: 'false' });
    expect(await server.exited).toBe(1);
    expect(lines(server).filter((line) => line.includes(`${port}. Set PORT to a free one.`))).toHaveLength(1);
    expect(server.output).not.toMatch(/^\s+at /m);
    expect(existsSync(join(dataDir, 'postgres', 'PG_VERSION'))).toBe(true);
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
    portHolder.close();
    rmSync(realpathSync(join(dataDir, 'postgres')), { recursive: true });
    rmSync(dataDir, { recursive: true });
  });

  it('because of the configuration names all invalid variables, no value and no stack', async () => {
    const server = launch({
      PORT: '99999',
      NODE_ENV: 'produktion',
      DATABASE_URL: 'mysql://user:hidden-password@127.0.0.1/db',
      AUTH_JWT_SECRET: 'too-short-a-secret',
      AUTH_JWKS_URL: 'ftp://host.example/keys',
      DATABASE_POOL_SIZE: '0',
      MIGRATE_ON_START: 'yes',
    });
    expect(await exitCode(server)).toBe(1);
    for (const name of [
      ...['PORT', 'NODE_ENV', 'DATABASE_URL', 'AUTH_JWT_SECRET'],
      ...['AUTH_JWKS_URL', 'DATABASE_POOL_SIZE', 'MIGRATE_ON_START'],
    ])
      expect(server.output).toMatch(new RegExp(`\\b${name} must `));
    for (const value of ['hidden-password', 'too-short-a-secret', '99999', 'produktion'])
      expect(server.output).not.toContain(value);
    expect(server.output).not.toMatch(/^\s+at /m);
  });

  it('because of missing production settings names all of them', async () => {
    const server = launch({ NODE_ENV: 'production', DEMO: 'true' });
    expect(await exitCode(server)).toBe(1);
    for (const name of ['DATABASE_URL', 'AUTH_JWT_SECRET', 'AUTH_JWKS_URL', 'DEMO'])
      expect(server.output).toContain(name);
  });

  it('because of rejected database credentials prints one line without the password', async () => {
    const url = Object.assign(new URL(database.url), { password: 'wrong-password' }).toString();
    const server = launch({ DATABASE_URL: url, MIGRATE_ON_START: 'true', AUTH_JWT_SECRET: JWT_SECRET });
    expect(await exitCode(server)).toBe(1);
    expect(lines(server)).toEqual([expect.stringContaining('password authentication failed')]);
    expect(server.output).not.toContain('wrong-password');
  });
});

function lines({ output: printed }: BuiltServer): string[] {
  return printed.split('\n').filter(Boolean);
}

function closed(socket: Socket): Promise<unknown> {
  return socket.destroyed ? Promise.resolve() : new Promise((resolve) => socket.once('close', resolve));
}
