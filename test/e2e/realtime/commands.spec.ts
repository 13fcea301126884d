import { CommandDispatcher } from '../../../src/kernel/realtime/command-dispatcher.js';
import { io, type Socket } from 'socket.io-client';
import type { ProblemDetailsDto } from '../../../src/kernel/errors/problem-details.dto.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { getUnread } from '../../../src/modules/inbox/inbox.contract.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { listMessages, sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { updateUser } from '../../../src/modules/users/users.contract.js';
import { expectData, Device, expectErrorCode, restTransport } from '../../support/clients/transports.js';
import { findServerSockets } from '../../support/servers/server-sockets.js';
import {
  createUser,
  startTestServer,
  type TestUser,
  type TestServer,
} from '../../support/servers/test-server.js';
import { waitUntil } from '../../support/environment/wait-until.js';

let server: TestServer;
let alice: TestUser;
let bob: TestUser;
let conversationId: string;
const devices: Device[] = [];

beforeAll(async () => {
  server = await startTestServer({ corsOrigins: ['https://app.example.com', 'https://*.example.org'] });
  [alice, bob] = [await createUser(server, 'alice'), await createUser(server, 'bob')];
  const rest = restTransport(server.url, alice.token);
  ({ id: conversationId } = await expectData(
    rest.request(createConversation, { type: 'dm', memberIds: [bob.id] }),
  ));
});
afterEach(() => devices.splice(0).forEach((device) => device.close()));
afterAll(() => server.stop());

async function connect({ token }: TestUser): Promise<Device> {
  const device = await Device.connect(server.url, token);
  devices.push(device);
  return device;
}

/** Result of a connection attempt with these options. */
async function outcome(options: object): Promise<Socket | ProblemDetailsDto> {
  const socket = io(server.url, { reconnection: false, forceNew: true, ...options });
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', (error: Error & { data?: ProblemDetailsDto }) => {
      socket.close();
      if (error.data) resolve(error.data);
      else reject(error);
    });
  });
}

describe('A connection', () => {
  it.each<[string, object]>([
    ['no token', {}],
    ['a bad token', { auth: { token: 'bad' } }],
    ['its token in the query', { query: { token: 'x' } }],
  ])('with %s is rejected with problem details', async (_title, options) => {
    for (const transports of [['websocket'], ['polling']]) {
      const problem = await outcome({ ...options, transports });
      expect(problem).toEqual({
        type: '/docs/errors#unauthenticated',
        title: 'A valid token is required.',
        status: 401,
        detail: 'A valid token is required.',
        code: 'unauthenticated',
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      });
    }
    expect(findServerSockets(server)).toEqual([]);
  });

  it('by polling alone has all functions', async () => {
    const polling = (await outcome({ transports: ['polling'], auth: { token: alice.token } })) as Socket;
    const received: MessageDto[] = [];
    polling.on('message.new', (message: MessageDto) => received.push(message));
    const input = { conversationId, content: 'By polling' };
    expect(await polling.timeout(30_000).emitWithAck('message.send', input)).toMatchObject({ ok: true });
    await waitUntil(() => received.length === 1);
    expect(received[0]).toMatchObject({ content: 'By polling', senderId: alice.id });
    expect(await polling.timeout(30_000).emitWithAck('message.send', {})).toMatchObject({ ok: false });
    polling.close();
  });
});

describe('Every device', () => {
  it('of both users receives a sent message, the sender’s included', async () => {
    const listening = await Promise.all([alice, alice, bob, bob, bob].map(connect));
    const sent = await expectData(listening[0]!.request(sendMessage, { conversationId, content: 'For all' }));
    for (const device of listening) expect(await device.waitForEvents(1, 'message.new')).toEqual([sent]);
    for (const device of listening) await device.settleEvents();
    expect(listening.map(({ events }) => events.length)).toEqual([1, 1, 1, 1, 1]);
  });
});

describe('A command', () => {
  it('that is unknown is acked with an error', async () => {
    const device = await connect(alice);
    for (const name of ['no.such.command', 'toString', '__proto__', 'constructor', 'message.new', ''])
      expect(await device.emitCommand(name, {})).toMatchObject({
        ok: false,
        error: { code: 'not_found', status: 404, detail: 'Unknown command.' },
      });
    expect(await expectErrorCode(device.emitCommand('no.such.command'))).toBe('not_found');
    expect(await expectErrorCode(device.emitCommand('no.such.command', 1, [2], 'three'))).toBe('not_found');
  });

  it('that takes one object rejects other arguments', async () => {
    const device = await connect(alice);
    for (const inputs of [[], [null], ['text'], [7], [[]], [[{}]], [{}, {}], [{ userId: 'me' }, 1]])
      expect(await expectErrorCode(device.emitCommand(updateUser.name, ...inputs))).toBe('validation_failed');
  });

  it('without input takes none, null or an empty object', async () => {
    const device = await connect(alice);
    for (const inputs of [[], [null], [{}]]) await expectData(device.emitCommand(getUnread.name, ...inputs));
  });

  it.each([
    ['binary input', () => Buffer.from('x'), { code: 'unsupported_media_type', status: 415 }],
    [
      'nested binary input',
      () => ({ a: [new Uint8Array(9)] }),
      { code: 'unsupported_media_type', status: 415 },
    ],
    ['too long an input', () => ({ a: 'x'.repeat(600_000) }), { code: 'payload_too_large', status: 413 }],
  ])('with %s gets an error, and the next one runs', async (_kind, toInput, error) => {
    const device = await connect(alice);
    expect(await device.emitCommand(updateUser.name, toInput())).toMatchObject({ ok: false, error });
    expect(await expectData(device.request(updateUser, { userId: 'me' }))).toMatchObject({ id: alice.id });
  });

  it('without an ack function runs, also when it fails', async () => {
    const device = await connect(alice);
    device.socket.emit('no.such.command', {});
    device.socket.emit('message.send');
    device.socket.emit('message.send', { conversationId: 'wrong' });
    device.socket.emit('message.send', { conversationId, content: 'Unacked' });
    device.socket.emit('message.send', { conversationId, content: 'Twice' }, 'no function');
    expect(await device.waitForEvents(1, 'message.new')).toMatchObject([{ content: 'Unacked' }]);
    expect(device.socket.connected).toBe(true);
    expect(await expectData(device.request(updateUser, { userId: 'me' }))).toMatchObject({ id: alice.id });
  });

  it('whose result has a key named event is acked, not emitted', async () => {
    const device = await connect(alice);
    const [own] = findServerSockets(server) as [ReturnType<typeof findServerSockets>[number]];
    const resultWithEventKey = (): Promise<object> =>
      Promise.resolve({ event: 'message.new', data: 'A trick' });
    server.app.get(CommandDispatcher).registerHandler(own, 'test.event', resultWithEventKey);
    expect(await device.emitCommand('test.event', {})).toEqual({
      ok: true,
      data: { event: 'message.new', data: 'A trick' },
    });
    expect(device.events).toEqual([]);
  });

  it('leaves no listener on its socket', async () => {
    const device = await connect(alice);
    const [socket] = findServerSockets(server) as [ReturnType<typeof findServerSockets>[number]];
    const listeners = (): number[] =>
      [socket, socket.conn].flatMap((emitter) =>
        (emitter as NodeJS.EventEmitter)
          .eventNames()
          .map((name) => (emitter as NodeJS.EventEmitter).listenerCount(name)),
      );
    const before = listeners();
    for (let times = 0; times < 20; times++)
      await Promise.all([
        device.request(listMessages, { conversationId, limit: 1 }),
        device.emitCommand('no.such.command', {}),
        device.emitCommand('message.send', {}),
      ]);
    expect(listeners()).toEqual(before);
    expect(before.reduce((sum, count) => sum + count)).toBeLessThan(20);
    for (const name of ['message.send', 'message.list', 'user.update'])
      expect(socket.listenerCount(name)).toBe(0);
  });
});

describe('CORS_ORIGINS', () => {
  const allowed = async (path: string, origin: string): Promise<string | null> =>
    (await fetch(`${server.url}${path}`, { headers: { origin } })).headers.get('access-control-allow-origin');

  it.each(['/health', '/socket.io/?EIO=4&transport=polling'])('controls the origins of %s', async (path) => {
    expect(await allowed(path, 'https://app.example.com')).toBe('https://app.example.com');
    for (const origin of [
      'https://evil.example',
      'http://app.example.com',
      'https://app.example.com.evil.example',
      'https://x.example.org',
      'null',
    ])
      expect(await allowed(path, origin)).toBeNull();
  });

  it.each<[string, string[], string | null]>([
    ['all origins', ['*'], '*'],
    ['no origin', [], null],
  ])('allows %s', async (_who, corsOrigins, answer) => {
    const other = await startTestServer({ corsOrigins });
    for (const path of ['/health', '/socket.io/?EIO=4&transport=polling']) {
      const { headers } = await fetch(`${other.url}${path}`, { headers: { origin: 'https://any.example' } });
      expect(headers.get('access-control-allow-origin')).toBe(answer);
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    }
    await other.stop();
  });
});
