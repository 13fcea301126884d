import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { limitBodyTime, permitLongBody } from '../../../src/kernel/http/body-timeout.js';
import { handleClientErrors } from '../../../src/kernel/http/client-error.handler.js';
import { drainUnreadBodies } from '../../../src/kernel/http/unread-body.js';
import { waitUntil } from '../../support/environment/wait-until.js';

const MAX_MS = 50;

/** Connection that collects the response. */
interface SlowClient {
  socket: Socket;
  received: string;
  isClosed: boolean;
}

let server: Server;

async function listen(): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function send(started: string): SlowClient {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const client: SlowClient = { socket, received: '', isClosed: false };
  socket.on('data', (chunk: Buffer) => (client.received += chunk.toString()));
  socket.on('close', () => (client.isClosed = true));
  socket.write(started);
  return client;
}

describe('A request that arrives too slowly', () => {
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
    await listen();
  });
  afterAll(() => server.close());

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

describe('A body that no route reads', () => {
  beforeAll(async () => {
    server = createServer((_request, response) => response.end('answered'));
    drainUnreadBodies(server, MAX_MS);
    await listen();
  });
  afterAll(() => server.close());

  const heads = {
    complete: 'Content-Length: 1\r\n\r\na',
    endless: 'Transfer-Encoding: chunked\r\n\r\n5\r\naa',
  };

  it('ends its connection some time after the response, unless it was complete', async () => {
    const [complete, endless] = [heads.complete, heads.endless].map((rest) =>
      send(`GET /health HTTP/1.1\r\nHost: x\r\n${rest}`),
    ) as [SlowClient, SlowClient];
    await waitUntil(() => complete.received !== '' && endless.isClosed);
    expect(endless.received).toMatch(/^HTTP\/1\.1 200 /);
    complete.socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    await waitUntil(() => complete.received.split('answered').length === 3);
    complete.socket.destroy();
  });
});
