import { io, Manager, type Socket } from 'socket.io-client';
import { Authenticator } from '../../../src/kernel/identity/auth-user.js';
import type { ProblemDetailsDto } from '../../../src/kernel/errors/problem-details.dto.js';
import { findServerSockets } from '../../support/servers/server-sockets.js';
import {
  createUser,
  startTestServer,
  type TestUser,
  type TestServer,
} from '../../support/servers/test-server.js';
import { waitUntil } from '../../support/environment/wait-until.js';

const ATTEMPTS = 20;
const CONNECTED = '0';
const REFUSED = '4';

let server: TestServer;
let alice: TestUser;

beforeAll(async () => {
  server = await startTestServer();
  alice = await createUser(server, 'alice');
});
afterEach(() => waitUntil(() => findServerSockets(server).length === 0));
afterAll(() => server.stop());

/** Client of the Socket.IO protocol that sends and records raw packets. */
class RawConnection {
  readonly packets: string[] = [];
  private readonly manager = new Manager(server.url, {
    transports: ['websocket'],
    reconnection: false,
    autoConnect: false,
  });

  static async open(): Promise<RawConnection> {
    const connection = new RawConnection();
    const { manager, packets } = connection;
    await new Promise<void>((resolve, reject) =>
      manager.open((error) => (error ? reject(error) : resolve())),
    );
    manager.engine.on('message', (text: unknown) => packets.push(String(text)));
    return connection;
  }

  /** Sends a packet of Socket.IO. */
  write(packet: string): void {
    this.manager.engine.write(packet);
  }

  connect(token: string): void {
    this.write(`0${JSON.stringify({ token })}`);
  }

  /** Contents of the packets of this type, as soon as there are enough. */
  async received(kind: string, count: number): Promise<string[]> {
    const found = (): string[] => this.packets.filter((packet) => packet.startsWith(kind));
    await waitUntil(() => found().length >= count);
    return found().map((packet) => packet.slice(kind.length));
  }

  get isClosed(): boolean {
    return this.manager._readyState === 'closed';
  }

  close(): void {
    this.manager.engine.close();
  }
}

function problemsIn(texts: string[]): ProblemDetailsDto[] {
  return texts.map((text) => (JSON.parse(text) as { data: ProblemDetailsDto }).data);
}

describe('A connection', () => {
  it('gets one socket for any number of requests during the authentication', async () => {
    const authenticator = server.app.get(Authenticator);
    let acceptSocket = (): void => undefined;
    const admitted = new Promise<void>((resolve) => (acceptSocket = resolve));
    const authenticate = authenticator.authenticate.bind(authenticator);
    const authentications = jest
      .spyOn(authenticator, 'authenticate')
      .mockImplementation((token) => admitted.then(() => authenticate(token)));
    const connection = await RawConnection.open();
    for (let times = 0; times < ATTEMPTS; times++) connection.connect(alice.token);
    const problems = problemsIn(await connection.received(REFUSED, ATTEMPTS - 1));
    acceptSocket();
    expect(await connection.received(CONNECTED, 1)).toHaveLength(1);
    expect(authentications).toHaveBeenCalledTimes(1);
    authentications.mockRestore();
    expect(await connection.received(REFUSED, ATTEMPTS - 1)).toHaveLength(ATTEMPTS - 1);
    for (const problem of problems) expect(problem).toMatchObject({ code: 'conflict', status: 409 });
    expect(findServerSockets(server)).toHaveLength(1);
    connection.close();
  });

  it('ends when it requests a second socket later', async () => {
    const connection = await RawConnection.open();
    connection.connect(alice.token);
    await connection.received(CONNECTED, 1);
    connection.connect(alice.token);
    await waitUntil(() => connection.isClosed);
    await waitUntil(() => findServerSockets(server).length === 0);
  });

  it('can retry with a valid token, and again after its socket has disconnected', async () => {
    const connection = await RawConnection.open();
    connection.connect('bad');
    expect(problemsIn(await connection.received(REFUSED, 1))).toMatchObject([{ code: 'unauthenticated' }]);
    for (let times = 1; times <= 3; times++) {
      connection.connect(alice.token);
      await connection.received(CONNECTED, times);
      expect(findServerSockets(server)).toHaveLength(1);
      connection.write('1');
      await waitUntil(() => findServerSockets(server).length === 0);
    }
    expect(await connection.received(REFUSED, 1)).toHaveLength(1);
    connection.close();
  });
});

describe('A client of Socket.IO', () => {
  const client = (token: string): Socket =>
    io(server.url, { auth: { token }, transports: ['websocket'], reconnection: false, forceNew: true });
  const connected = (socket: Socket): Promise<void> =>
    new Promise((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));

  it('with a rejected token connects with a valid one', async () => {
    const socket = client('bad');
    await expect(connected(socket)).rejects.toMatchObject({ data: { code: 'unauthenticated', status: 401 } });
    socket.auth = { token: alice.token };
    socket.connect();
    await connected(socket);
    expect(findServerSockets(server)).toHaveLength(1);
    socket.disconnect();
  });

  it('reconnects after a disconnect', async () => {
    const socket = client(alice.token);
    await connected(socket);
    socket.disconnect();
    await waitUntil(() => findServerSockets(server).length === 0);
    socket.connect();
    await connected(socket);
    expect(await socket.timeout(30_000).emitWithAck('user.update', { userId: 'me' })).toMatchObject({
      ok: true,
      data: { id: alice.id },
    });
    socket.disconnect();
  });
});
