import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { limitBodyTime, permitLongBody } from '../../../src/kernel/http/body-timeout.js';
import { handleClientErrors } from '../../../src/kernel/http/client-error.handler.js';
import { waitUntil } from '../../support/environment/wait-until.js';

const MAX_MS = 50;

/** Connection that collects the response. */
interface SlowClient {
  socket: Socket;
  received: string;
  isClosed: boolean;
}

describe('A request that arrives too slowly', () => {
  let server: Server;

  beforeAll(async () => {
    server = createServer(
      { headersTimeout: MAX_MS, connectionsCheckingInterval: 10 },
      (request, response) => {
        if (request.url === '/uploads') permitLongBody(request);
        request.resume().once('end', () => response.end('received'));
      },
    );
    limitBodyTime(server, MAX_MS);
    handleClientErrors(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());

  function send(started: string): SlowClient {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const client: SlowClient = { socket, received: '', isClosed: false };
    socket.on('data', (chunk: Buffer) => (client.received += chunk.toString()));
    socket.on('close', () => (client.isClosed = true));
    socket.write(started);
    return client;
  }

  it.each([
    ['headers', 'GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    ['body', 'POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{'],
  ])('in its %s gets 408', async (_part, started) => {
    const client = send(started);
    await waitUntil(() => client.isClosed);
    const [top, body] = client.received.split('\r\n\r\n') as [string, string];
    expect(top).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(JSON.parse(body)).toMatchObject({ code: 'request_timeout', status: 408 });
  });

  it('continues when it is an upload', async () => {
    const rest = 'HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na';
    const upload = send(`POST /uploads ${rest}`);
    const other = send(`POST /v1/messages ${rest}`);
    await waitUntil(() => other.isClosed);
    upload.socket.write('b');
    await waitUntil(() => upload.received !== '');
    expect(upload.received).toMatch(/^HTTP\/1\.1 200 /);
    upload.socket.destroy();
  });
});
