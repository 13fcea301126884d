import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { handleClientErrors } from '../../../src/kernel/http/client-error.handler.js';
import { waitUntil } from '../../support/environment/wait-until.js';

/** Time limits of Node.js, checked often. The application has those of its configuration. */
const LIMITS = { headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 };

describe('A request that arrives too slowly', () => {
  let server: Server;

  beforeAll(async () => {
    server = createServer(LIMITS, (request) => request.resume());
    handleClientErrors(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());

  it.each([
    ['headers', 'GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    ['a body', 'POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{'],
  ])('in its %s gets 408', async (_part, started) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let received = '';
    let isClosed = false;
    socket.on('data', (chunk: Buffer) => (received += chunk.toString())).on('close', () => (isClosed = true));
    socket.write(started);
    await waitUntil(() => isClosed);
    const [top, body] = received.split('\r\n\r\n') as [string, string];
    expect(top).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(JSON.parse(body)).toMatchObject({ code: 'request_timeout', status: 408 });
  });
});
