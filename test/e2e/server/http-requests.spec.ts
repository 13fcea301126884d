import { connect } from 'node:net';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { expectData, restTransport } from '../../support/clients/transports.js';
import { sharedServer } from '../../support/servers/shared-server.js';
import { createUser, type TestServer, type TestUser } from '../../support/servers/test-server.js';
import { waitUntil } from '../../support/environment/wait-until.js';

const ORIGIN = 'https://app.example.com';

let server: TestServer;
let alice: TestUser;

beforeAll(async () => {
  server = await sharedServer({ corsOrigins: [ORIGIN], localAccounts: true });
  alice = await createUser(server, 'alice');
});

/** Sends parts of a request one after the other, each after a response to the one before, and returns what came back. */
async function exchange(...parts: string[]): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1'))).on('error', () => undefined);
  for (const [index, part] of parts.entries()) {
    socket.write(part);
    await waitUntil(() => received.split('HTTP/1.1 ').length > index + 1);
  }
  socket.destroy();
  return received;
}

function head(route: string, headers: Record<string, string | number>): string {
  const lines = Object.entries({ Host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}`);
  return `${route} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

function request(method: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${alice.token}`, ...headers },
  });
}

describe('A request without a valid token', () => {
  it.each([
    ['PUT /v1/users', 'application/json', 2_000_000],
    ['POST /v1/messages', 'application/json', 250_000],
    ['POST /v1/attachments', 'multipart/form-data; boundary=b', 5_000_000],
  ])('%s is rejected before its body has arrived', async (route, type, size) => {
    const started = `${head(route, { 'Content-Type': type, 'Content-Length': size })}{"items":"xxxx`;
    expect(await exchange(started)).toMatch(/^HTTP\/1\.1 401 /);
    const chunked = `${head(route, { 'Content-Type': type, 'Transfer-Encoding': 'chunked' })}5\r\n{"ite\r\n`;
    expect(await exchange(chunked)).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('has a small body at most where no token is needed', async () => {
    const started = head('POST /v1/auth/login', {
      'Content-Type': 'application/json',
      'Content-Length': 20_000,
    });
    expect(await exchange(started)).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe('A request that offers another protocol', () => {
  const offer = {
    Connection: 'Upgrade, HTTP2-Settings',
    Upgrade: 'h2c',
    'HTTP2-Settings': 'AAMAAABkAAQAAP__',
  };

  it('is answered over HTTP/1.1, and the connection stays usable', async () => {
    const received = await exchange(head('GET /health', offer), head('GET /health', {}));
    expect(received.match(/HTTP\/1\.1 200 /g)).toHaveLength(2);
  });

  it('keeps its body, also one that arrives later', async () => {
    const body = JSON.stringify({ type: 'group', title: 'Team' });
    const headers = {
      ...offer,
      Authorization: `Bearer ${alice.token}`,
      'Content-Type': 'application/json',
      'Content-Length': body.length,
    };
    expect(await exchange(head('POST /v1/conversations', headers) + body)).toMatch(/^HTTP\/1\.1 201 /);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
    socket.write(head('POST /v1/conversations', headers) + body.slice(0, 5));
    setImmediate(() => socket.write(body.slice(5)));
    await waitUntil(() => received.includes('\r\n\r\n'));
    expect(received).toMatch(/^HTTP\/1\.1 201 /);
    socket.destroy();
  });

  it('of WebSocket on another path, or of h2c on the path of the sockets, is an ordinary request', async () => {
    const webSocket = { Connection: 'Upgrade', Upgrade: 'websocket' };
    expect(await exchange(head('GET /v1/users/me', webSocket))).toMatch(/^HTTP\/1\.1 401 /);
    expect(await exchange(head('GET /socket.io/?EIO=4&transport=polling', offer))).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });
});

describe('A response', () => {
  it('may not be stored by a cache', async () => {
    const { id } = await expectData(
      restTransport(server.url, alice.token).request(createConversation, { type: 'group', title: 'Team' }),
    );
    const paths = ['/v1/users/me', `/v1/messages?conversationId=${id}`, '/v1/conversations', '/v1/unread'];
    const documents = ['', '/events', '/errors', '/rest', '/sign-in.js', '/rest/swagger-ui-init.js'];
    paths.push('/v1/rtc/ice-servers', '/v1/none', '/health', '/openapi.json');
    for (const path of [...paths, ...documents.map((document) => `/docs${document}`)]) {
      const { headers } = await request('GET', path);
      expect([path, headers.get('cache-control'), headers.get('etag')]).toEqual([path, 'no-store', null]);
    }
    expect(await exchange('no HTTP\r\n\r\n')).toMatch(/Cache-Control: no-store/);
    const file = await request('GET', '/docs/rest/swagger-ui.css');
    expect(file.headers.get('cache-control')).not.toBe('no-store');
  });

  it('to a preflight request is cached and exposes the headers for clients', async () => {
    const preflight = await request('OPTIONS', '/v1/messages', {
      origin: ORIGIN,
      'access-control-request-method': 'POST',
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-max-age')).toBe('7200');
    const exposed = (await request('GET', '/v1/users/me', { origin: ORIGIN })).headers.get(
      'access-control-expose-headers',
    );
    expect(exposed?.split(',')).toEqual(expect.arrayContaining(['Retry-After', 'Content-Disposition']));
  });

  it('to a method that the path does not support lists the supported ones', async () => {
    const cases: [string, string, string][] = [
      ['DELETE', '/v1/conversations', 'GET, HEAD, POST'],
      ['PUT', '/v1/messages/x', 'DELETE, GET, HEAD, PATCH'],
      ['POST', '/health', 'GET, HEAD'],
    ];
    for (const [method, path, allowed] of cases) {
      const response = await request(method, path);
      expect([path, response.status, response.headers.get('allow')]).toEqual([path, 405, allowed]);
      expect(await response.json()).toMatchObject({ code: 'method_not_allowed', status: 405 });
    }
    expect((await request('POST', '/v1/none')).status).toBe(404);
  });

  it('to a creation names the created resource', async () => {
    const created = await fetch(`${server.url}/v1/conversations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${alice.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'group', title: 'Team' }),
    });
    const { id } = (await created.json()) as { id: string };
    expect(created.headers.get('location')).toBe(`/v1/conversations/${id}`);
    expect((await request('GET', created.headers.get('location')!)).status).toBe(200);
  });

  it('announces that an idle connection outlives the one of a load balancer', async () => {
    expect(await exchange(head('GET /health', {}))).toMatch(/Keep-Alive: timeout=65\b/i);
    const { keepAliveTimeout, headersTimeout } = server.app.getHttpServer();
    expect([keepAliveTimeout, headersTimeout]).toEqual([65_000, 66_000]);
  });
});
