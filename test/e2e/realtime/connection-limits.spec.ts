import { randomUUID } from 'node:crypto';
import { io, Manager } from 'socket.io-client';
import type { Server } from 'socket.io';
import { Publisher } from '../../../src/kernel/realtime/publisher.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { RawSocket } from '../../support/clients/raw-transports.js';
import { Device, expectData, restTransport } from '../../support/clients/transports.js';
import { findServerSockets } from '../../support/servers/server-sockets.js';
import {
  createUser,
  startTestServer,
  type TestServer,
  type TestUser,
} from '../../support/servers/test-server.js';
import { waitUntil } from '../../support/environment/wait-until.js';

const ORIGIN = 'https://app.example.com';
/** Default of SOCKET_INVALID_FRAMES_PER_SECOND. */
const MAX_INVALID = 50;

let server: TestServer;
let alice: TestUser;

beforeAll(async () => {
  server = await startTestServer({ corsOrigins: [ORIGIN] });
  alice = await createUser(server, 'alice');
});
afterEach(() => waitUntil(() => findServerSockets(server).length === 0));
afterAll(() => server.stop());

function socketServer(): Server {
  return server.app.get<unknown, { server: Server }>(Publisher).server;
}

/** Connection without a socket. */
async function openConnection(): Promise<Manager> {
  const manager = new Manager(server.url, {
    transports: ['websocket'],
    reconnection: false,
    autoConnect: false,
  });
  await new Promise<void>((resolve, reject) => manager.open((error) => (error ? reject(error) : resolve())));
  return manager;
}

describe('A connection without a socket', () => {
  let limit: number;
  beforeAll(() => {
    limit = socketServer().connectTimeout();
    socketServer().connectTimeout(100);
  });
  afterAll(() => socketServer().connectTimeout(limit));

  it('is closed after its socket has disconnected', async () => {
    const manager = await openConnection();
    manager.engine.write(`0${JSON.stringify({ token: alice.token })}`);
    await waitUntil(() => findServerSockets(server).length === 1);
    manager.engine.write('1');
    await waitUntil(() => manager._readyState === 'closed');
  });

  it('is closed after a rejected handshake', async () => {
    const manager = await openConnection();
    manager.engine.write('0{"token":"bad"}');
    await waitUntil(() => manager._readyState === 'closed');
  });
});

describe('A connection before its handshake', () => {
  /** Code of the closing frame of a WebSocket (RFC 6455, 7.4.1). */
  async function findCloseCode(manager: Manager, send: () => void): Promise<unknown> {
    const closed = new Promise<unknown>((resolve) =>
      manager.engine.once('close', (_reason, details) =>
        resolve((details as { context?: { code?: number } } | undefined)?.context?.code),
      ),
    );
    send();
    return closed;
  }
  const TOO_BIG = 1009;

  it.each([
    ['a WebSocket', ['websocket']],
    ['polling and then a WebSocket', ['polling', 'websocket']],
  ])('by %s receives small frames only', async (_title, transports) => {
    const manager = new Manager(server.url, { transports, reconnection: false, autoConnect: false });
    await new Promise<void>((resolve, reject) =>
      manager.open((error) => (error ? reject(error) : resolve())),
    );
    await waitUntil(() => manager.engine.transport.name === 'websocket');
    const frame = `0{"token":"${'x'.repeat(200_000)}"}`;
    expect(await findCloseCode(manager, () => manager.engine.write(frame))).toBe(TOO_BIG);
  });

  it('receives usual frames after the handshake and a later upgrade', async () => {
    const manager = new Manager(server.url, { transports: ['polling', 'websocket'], reconnection: false });
    const socket = manager.socket('/', { auth: { token: alice.token } });
    await waitUntil(() => socket.connected && manager.engine.transport.name === 'websocket');
    const input = { conversationId: alice.id, content: 'x'.repeat(200_000) };
    expect(await socket.emitWithAck(sendMessage.name, input)).toMatchObject({ ok: false });
    expect(socket.connected).toBe(true);
    socket.disconnect();
  });
});

/** Raw frame of Engine.IO, below the client. */
function writeFrame({ socket }: Device, frame: string): void {
  const { engine } = socket.io as unknown as { engine: { transport: { ws: { send(text: string): void } } } };
  engine.transport.ws.send(frame);
}

describe('A connection with frames that are no valid command', () => {
  const frames: [string, (device: Device, raw: RawSocket) => void][] = [
    ['unknown commands', ({ socket }) => socket.emit('x', {})],
    ['invalid input', ({ socket }) => socket.emit('message.send', {})],
    ['too many arguments', ({ socket }) => socket.emit('unread.get', {}, {})],
    ['binary input', ({ socket }) => socket.emit('message.send', Buffer.from('x'))],
    ['acks of nothing', (_device, raw) => raw.write('31[]')],
    ['packets without meaning', (device) => writeFrame(device, '6')],
  ];

  it.each(frames)('%s stays open up to the limit and is closed beyond it', async (_kind, send) => {
    const device = await Device.connect(server.url, alice.token);
    const raw = new RawSocket(device);
    for (let count = 0; count < MAX_INVALID - 10; count++) send(device, raw);
    await device.settleEvents();
    expect(device.socket.connected).toBe(true);
    const ended = device.disconnected();
    // A window of a second may begin between the frames.
    for (let count = 0; count < 2 * MAX_INVALID + 10; count++) send(device, raw);
    expect(await ended).toMatch(/^transport/);
  });

  it('does not include valid commands', async () => {
    const bob = await createUser(server, 'bob');
    const device = await Device.connect(server.url, alice.token);
    const { id: conversationId } = await expectData(
      restTransport(server.url, alice.token).request(createConversation, { type: 'dm', memberIds: [bob.id] }),
    );
    const answers = await Promise.all(
      Array.from({ length: 4 * MAX_INVALID }, () =>
        device.request(sendMessage, { conversationId, content: 'Hello' }),
      ),
    );
    expect(answers.filter(({ ok }) => !ok)).toEqual([]);
    device.close();
  });
});

describe('A command with valid input', () => {
  it('is no invalid frame when it refers to what does not exist', async () => {
    const device = await Device.connect(server.url, alice.token);
    const { id: conversationId } = await expectData(
      device.request(createConversation, { type: 'group', title: 'Team' }),
    );
    const answers = await Promise.all(
      Array.from({ length: 3 * MAX_INVALID }, () =>
        device.request(sendMessage, { conversationId, content: 'Reply', replyToId: randomUUID() }),
      ),
    );
    expect(answers.filter((answer) => !answer.ok && answer.error.code === 'validation_failed')).toHaveLength(
      3 * MAX_INVALID,
    );
    expect(device.socket.connected).toBe(true);
    device.close();
  });
});

describe('The origin of a page', () => {
  async function connectFrom(origin: string | undefined, transport: string): Promise<boolean> {
    const socket = io(server.url, {
      auth: { token: alice.token },
      transports: [transport],
      extraHeaders: origin ? { origin } : {},
      reconnection: false,
      forceNew: true,
    });
    const isConnected = await new Promise<boolean>((resolve) =>
      socket.once('connect', () => resolve(true)).once('connect_error', () => resolve(false)),
    );
    socket.disconnect();
    return isConnected;
  }

  it.each(['websocket', 'polling'])('is checked for %s', async (transport) => {
    for (const origin of [undefined, ORIGIN, server.url])
      expect([origin, await connectFrom(origin, transport)]).toEqual([origin, true]);
    for (const origin of [
      'https://evil.example',
      'http://app.example.com',
      'null',
      'file://',
      `${ORIGIN}.evil.example`,
    ])
      expect([origin, await connectFrom(origin, transport)]).toEqual([origin, false]);
  });
});
