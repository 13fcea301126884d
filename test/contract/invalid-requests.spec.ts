import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';
import type { ProblemDetailsDto } from '../../src/kernel/errors/problem-details.dto.js';
import { tableFingerprints } from '../support/contract/table-fingerprints.js';
import { DEEP_ARRAY, DEEP_OBJECT, MARKER, PROTOTYPE_NAMES } from '../support/fuzz/fuzz-inputs.js';
import {
  findProblemFaults,
  sendRawBytes,
  rawRestClient,
  RawSocket,
} from '../support/clients/raw-transports.js';
import { Device } from '../support/clients/transports.js';
import {
  createUser,
  startTestServer,
  type TestUser,
  type TestServer,
} from '../support/servers/test-server.js';
import { signToken } from '../support/clients/tokens.js';
import { collectFaults } from '../support/fuzz/collect-faults.js';

const json = JSON.stringify;

describe('An invalid request', () => {
  let server: TestServer;
  let alice: TestUser;
  let device: Device;
  let socket: RawSocket;
  let http: ReturnType<typeof rawRestClient>;
  let before: Record<string, string>;

  beforeAll(async () => {
    server = await startTestServer();
    alice = await createUser(server, 'alice');
    device = await Device.connect(server.url, alice.token);
    socket = new RawSocket(device);
    http = rawRestClient(server.url, alice.token);
    before = await tableFingerprints(server);
  });

  afterAll(async () => {
    device.close();
    await server.stop();
  });

  it('is rejected by unknown routes and commands', async () => {
    const paths = [
      '/v1',
      `/v1/${MARKER}`,
      '/v1/users/me/..',
      '//v1/users/me',
      `/${'a/'.repeat(5_000)}`,
      '/%zz',
    ]
      .concat(['/v1/users/../../../etc/passwd', '/docs/..%2f..%2fpackage.json', '/docs/%2e%2e/package.json'])
      .concat([`/docs/${MARKER}`, '/docs/%00', '/openapi.json/x', '/.env', '/v1/messages/%2e%2e/x/y'])
      .flatMap((path) => ['GET', 'POST', 'DELETE'].map((method) => ({ method, path })));
    const statuses = await collectFaults(paths, async (one) => {
      const answer = await http(one);
      const status = answer.status === 400 ? 400 : 404;
      return findProblemFaults(answer, { status }).map(
        (fault) => `${one.method} ${one.path.slice(0, 40)}: ${fault}`,
      );
    });
    expect(statuses).toEqual([]);

    const names = [
      ...PROTOTYPE_NAMES,
      '',
      MARKER,
      'message',
      'event',
      'ping',
      MARKER.repeat(10_000),
      '\0',
      '\ud800',
    ];
    const faults = await collectFaults(names, async (name) =>
      findProblemFaults(await socket.request(name, '{}'), { status: 404 }).map(
        (fault) => `${name.slice(0, 40)}: ${fault}`,
      ),
    );
    expect(faults).toEqual([]);
  });

  it('is rejected in the handshake', async () => {
    const huge = '🔑'.repeat(20_000);
    const header = (alg: unknown): string => `${Buffer.from(json({ alg })).toString('base64url')}.e30.AAAA`;
    const values = [
      undefined,
      null,
      7,
      true,
      [],
      {},
      '',
      MARKER,
      `${MARKER}\0`,
      '\ud800',
      huge,
      [alice.token],
    ];
    const tokens = [
      ...values,
      'a.b.c',
      header('none'),
      header({}),
      header('HS512'),
      header('__proto__'),
      '.'.repeat(9),
    ];
    const faults = await collectFaults([...tokens, ...(await invalidTokens())], async (token) => {
      const error = await connectError(server.url, { token });
      const text = json([{ ok: false, error }]);
      return findProblemFaults({ headers: {}, text }, { status: 401 }).map(
        (fault) => `${json(token)?.slice(0, 60)}: ${fault}`,
      );
    });
    expect(faults).toEqual([]);
  });

  it('that is no Socket.IO packet ends only its connection', async () => {
    const packets = [
      '',
      '9',
      'x',
      '2[',
      '2{}',
      '2[]',
      '2[null]',
      '2["connect"]',
      '2["disconnect",1]',
      '3[',
      '0[]',
    ]
      .concat([
        `2["message.send","${MARKER}`,
        '511-["message.send",{"_placeholder":true,"num":0}]',
        '61-[{"_placeholder":true,"num":0}]',
        '2["a",1e]',
      ])
      .concat([DEEP_ARRAY, DEEP_OBJECT].map((deep) => `2["message.send",${deep.slice(0, 9_000)}`))
      .concat(`0{"token":${DEEP_ARRAY}}`, `2["message.send",{"content":"${'a'.repeat(2 ** 21)}"}]`)
      .map((packet) => [packet.slice(0, 30), (raw: RawSocket): unknown => raw.write(packet)] as const);
    const faults = await collectFaults(packets, async ([title, send]) => {
      const raw = new RawSocket(await Device.connect(server.url, alice.token));
      const ended = raw.device.disconnected();
      send(raw);
      const end = await Promise.race([ended, sleep(5_000, 'no end', { ref: false })]);
      raw.device.close();
      return /^transport/.test(end) ? [] : [`${title}: ${end}`];
    });
    expect(faults).toEqual([]);
    expect(device.socket.connected).toBe(true);
  });

  it.each(['{"content":', 'content=Hello', '"text"', '7'])(
    'with the body %s states that it is no JSON object',
    async (body) => {
      const answer = await fetch(`${server.url}/v1/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${alice.token}`, 'content-type': 'application/json' },
        body,
      });
      const problem = (await answer.json()) as object;
      expect(problem).toMatchObject({ status: 400, detail: 'The body must be a JSON object.' });
      expect(problem).not.toHaveProperty('errors');
    },
  );

  it('that is no HTTP request gets an answer', async () => {
    const head = `POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: Bearer ${alice.token}\r\n`;
    const unreadable: [status: number, bytes: string][] = [
      [400, `${MARKER}\r\n\r\n`],
      [400, `GET /${MARKER} HTTP/9.9\r\n\r\n`],
      [400, `${head}content-length: ${MARKER}\r\n\r\n`],
      [400, `${head}content-length: -1\r\n\r\n`],
      [400, `${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
      [400, `${head}transfer-encoding: chunked\r\n\r\n${MARKER}\r\n`],
      [400, `${head}a b: c\r\n\r\n`],
      [431, `${head}x: ${MARKER.repeat(4_000)}\r\n\r\n`],
    ];
    for (const [status, bytes] of unreadable) {
      const answer = await sendRawBytes(server.url, bytes);
      const [top = '', text = ''] = answer.split('\r\n\r\n');
      const type = /content-type: (.*)/i.exec(top)?.[1];
      const receivedStatus = Number(/^HTTP\/1\.1 (\d+)/.exec(top)?.[1]);
      expect(
        findProblemFaults({ status: receivedStatus, headers: { 'content-type': type }, text }, { status }),
      ).toEqual([]);
    }
  });

  it('changes nothing and leaves the socket usable', async () => {
    expect(await tableFingerprints(server)).toEqual(before);
    expect((await http({ method: 'GET', path: '/v1/users/me' })).status).toBe(200);
    expect((await socket.request('sync', '{"accountVersion":0}')).text).toContain('"ok":true');
  });
});

/** Token with a valid signature and an invalid user. */
function invalidTokens(): Promise<string[]> {
  const subjects = ['', ' ', '\0', 'a\0', '\ud800', '😀'.repeat(256), 'local:x', 7, null, {}, [], '\u2800'];
  return Promise.all(subjects.map((sub) => signToken({ sub: sub as string })));
}

function connectError(url: string, auth: object): Promise<ProblemDetailsDto | undefined> {
  const socket = io(url, { auth, transports: ['websocket'], reconnection: false, forceNew: true });
  return new Promise((resolve) => {
    socket.once('connect_error', (error) => resolve((error as Error & { data?: ProblemDetailsDto }).data));
    socket.once('disconnect', () => resolve(undefined));
    setTimeout(() => resolve(undefined), 10_000).unref();
  }).finally(() => socket.disconnect()) as Promise<ProblemDetailsDto | undefined>;
}
