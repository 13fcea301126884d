import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { commands, operations } from '../../src/api-contract.js';
import type { ProblemDetailsDto } from '../../src/kernel/errors/problem-details.dto.js';
import type { Operation } from '../../src/kernel/realtime/contract.js';
import { sendMessage } from '../../src/modules/messages/messages.contract.js';
import { openApiDocument } from '../../src/api-docs/openapi.js';
import {
  invalidInputs,
  inputSchemas,
  nonObjectInputs,
  toJson,
  type Fields,
  type InputSchema,
} from '../support/fuzz/invalid-inputs.js';
import { toRequests, invalidRequests } from '../support/fuzz/invalid-requests.js';
import { validValue } from '../support/fuzz/invalid-values.js';
import { edgeValues } from '../support/fuzz/edge-values.js';
import { tableFingerprints } from '../support/contract/table-fingerprints.js';
import { knownValues } from '../support/fuzz/known-values.js';
import { DEEP_ARRAY, DEEP_OBJECT, MARKER, PROTOTYPE_NAMES } from '../support/fuzz/fuzz-inputs.js';
import {
  findProblemFaults,
  sendRawBytes,
  rawRestClient,
  RawSocket,
} from '../support/clients/raw-transports.js';
import { expectData, Device, restTransport } from '../support/clients/transports.js';
import {
  createUser,
  startTestServer,
  type TestUser,
  type TestServer,
} from '../support/servers/test-server.js';
import { signToken } from '../support/clients/tokens.js';

const AT_ONCE = 16;
const json = JSON.stringify;
const overSocket = commands.map((command) => [command.name, command] as const);
const overRest = operations.flatMap((operation) =>
  operation.rest && !operation.multipart ? [[operation.rest, operation] as const] : [],
);

describe('An invalid input', () => {
  let server: TestServer;
  let alice: TestUser;
  let device: Device;
  let socket: RawSocket;
  let http: ReturnType<typeof rawRestClient>;
  let schemas: Record<string, InputSchema>;
  let known: Record<string, unknown>;
  let before: Record<string, string>;

  beforeAll(async () => {
    server = await startTestServer({ localAccounts: true });
    alice = await createUser(server, 'alice');
    const bob = await createUser(server, 'bob');
    device = await Device.connect(server.url, alice.token);
    socket = new RawSocket(device);
    http = rawRestClient(server.url, alice.token);
    schemas = inputSchemas(openApiDocument(server.app).components!.schemas!);
    known = await knownValues(device, alice, bob);
    before = await tableFingerprints(server);
  });

  afterAll(async () => {
    device.close();
    await server.stop();
  });

  function goodFields({ input }: Operation, which: 'required' | 'all' = 'required'): Fields {
    const { properties = {}, required = [] } = schemas[input.name]!;
    const names = which === 'all' ? Object.keys(properties) : required;
    return Object.fromEntries(names.map((name) => [name, validValue(name, properties[name]!, known)]));
  }

  it.each(overSocket)('is rejected by the command %s', async (name, command) => {
    const good = goodFields(command);
    const bad = [...invalidInputs(schemas[command.input.name]!, good), ...nonObjectInputs()].map((one) => ({
      ...one,
      args: [toJson(one.input)],
    }));
    const args = [[], [toJson(good), toJson(good)], [toJson(good), json(MARKER)], [toJson(good), 'null']];
    const wrongCount = args.map((some) => ({ what: `${some.length} arguments`, status: 400, args: some }));
    const faults = await eachOf([...bad, ...wrongCount], async (one) =>
      findProblemFaults(await socket.request(name, ...one.args), one).map((fault) => `${one.what}: ${fault}`),
    );
    expect(faults).toEqual([]);
  });

  it.each(overRest)('is rejected by %s', async (route, operation) => {
    const [schema, good] = [schemas[operation.input.name]!, goodFields(operation)];
    const maxBytes = operation.limits?.maxBytes;
    const bad = [
      ...invalidInputs(schema, good, maxBytes).flatMap((one) => toRequests(route, one, schema, good)),
      ...invalidRequests(route, good, goodFields(operation, 'all'), maxBytes),
    ];
    const faults = await eachOf(bad, async (one) =>
      findProblemFaults(await http(one), one).map((fault) => `${one.what}: ${fault}`),
    );
    expect(faults).toEqual([]);
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
    const statuses = await eachOf(paths, async (one) => {
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
    const faults = await eachOf(names, async (name) =>
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
    const faults = await eachOf([...tokens, ...(await tokensOfNobody())], async (token) => {
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
        '51-["message.send",{"_placeholder":true,"num":0}]',
        '2["a",1e]',
      ])
      .concat([DEEP_ARRAY, DEEP_OBJECT].map((deep) => `2["message.send",${deep.slice(0, 9_000)}`))
      .concat(`0{"token":${DEEP_ARRAY}}`, `2["message.send",{"content":"${'a'.repeat(2 ** 21)}"}]`)
      .map((packet) => [packet.slice(0, 30), (raw: RawSocket): unknown => raw.write(packet)] as const);
    const binary = [Buffer.from(MARKER), { content: new Uint8Array(9) }].map(
      (input) =>
        ['binary', (raw: RawSocket): unknown => raw.device.socket.emit('message.send', input)] as const,
    );
    const faults = await eachOf([...packets, ...binary], async ([what, send]) => {
      const raw = new RawSocket(await Device.connect(server.url, alice.token));
      const ended = raw.device.disconnected();
      send(raw);
      const end = await Promise.race([ended, sleep(5_000, 'no end', { ref: false })]);
      raw.device.close();
      return /^transport/.test(end) ? [] : [`${what}: ${end}`];
    });
    expect(faults).toEqual([]);
    expect(device.socket.connected).toBe(true);
  });

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
      const said = Number(/^HTTP\/1\.1 (\d+)/.exec(top)?.[1]);
      expect(
        findProblemFaults({ status: said, headers: { 'content-type': type }, text }, { status }),
      ).toEqual([]);
    }
  });

  it('changes nothing and leaves the socket usable', async () => {
    expect(await tableFingerprints(server)).toEqual(before);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    const { conversationId } = known;
    expect(
      (await expectData(device.request(sendMessage, { conversationId, content: 'Still here' }))).seq,
    ).toBe(4);
    expect((await http({ method: 'GET', path: '/v1/users/me' })).status).toBe(200);
  });

  it('differs from the longest valid text, which both transports store unchanged', async () => {
    const content = '😀'.repeat(10_000);
    const input = { conversationId: known.conversationId, content };
    for (const transport of [device, restTransport(server.url, alice.token)])
      expect((await expectData(transport.request(sendMessage, input))).content).toBe(content);
  });

  const notInForms = operations.filter(({ multipart }) => !multipart);
  it.each(notInForms.map((operation) => [operation.name, operation] as const))(
    'at an edge value causes no server error in %s',
    async (name, operation) => {
      const [schema, good] = [schemas[operation.input.name]!, goodFields(operation)];
      const { rest } = operation;
      const edges = Object.entries(schema.properties ?? {}).flatMap(([field, its]) =>
        edgeValues(field, its).map((text) => ({
          what: `${field}: ${text}`,
          input: { ...good, [field]: text },
        })),
      );
      const faults = await eachOf(edges, async ({ what, input }) => {
        const bad = { what, input, status: 400 } as const;
        const requests = rest ? toRequests(rest, bad, schema, good) : [];
        const answers = [
          ...(await Promise.all(requests.map((request) => http(request)))),
          ...(operation.socket ? [await socket.request(name, toJson(input))] : []),
        ];
        const isOurFault = answers.some(({ text }) => /"status":5\d\d|"internal_error"/.test(text));
        return isOurFault ? [`${what.slice(0, 80)}: ${answers.map(({ text }) => text).join()}`] : [];
      });
      expect(faults).toEqual([]);
    },
  );
});

/** Token with a valid signature and an invalid user. */
function tokensOfNobody(): Promise<string[]> {
  const subjects = ['', ' ', '\0', 'a\0', '\ud800', '😀'.repeat(256), 'local:x', 7, null, {}, [], '\u2800'];
  return Promise.all(subjects.map((sub) => signToken({ sub: sub as string })));
}

function connectError(url: string, auth: object): Promise<ProblemDetailsDto | undefined> {
  const socket = io(url, { auth, transports: ['websocket'], reconnection: false, forceNew: true });
  return new Promise((resolve) => {
    socket.once('connect_error', (error) => resolve((error as Error & { data?: ProblemDetailsDto }).data));
    socket.once('disconnect', () => resolve(undefined));
    setTimeout(() => resolve(undefined), 1_000).unref();
  }).finally(() => socket.disconnect()) as Promise<ProblemDetailsDto | undefined>;
}

/** Maps all items with limited concurrency and joins the results. */
async function eachOf<Item>(items: Item[], work: (item: Item) => Promise<string[]>): Promise<string[]> {
  const found: string[] = [];
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) found.push(...(await work(item)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return found;
}
