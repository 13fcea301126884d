import { commands, operations } from '../../src/api-contract.js';
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
import { MARKER } from '../support/fuzz/fuzz-inputs.js';
import { findProblemFaults, rawRestClient, RawSocket } from '../support/clients/raw-transports.js';
import { expectData, Device, restTransport } from '../support/clients/transports.js';
import {
  createUser,
  startTestServer,
  type TestUser,
  type TestServer,
} from '../support/servers/test-server.js';
import { collectFaults } from '../support/fuzz/collect-faults.js';

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
    server = await startTestServer({
      localAccounts: true,
      signInAttemptsPerAccount: 1_000_000,
      signInAttemptsPerAddress: 1_000_000,
      socketInvalidFramesPerSecond: 1_000_000,
    });
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

  function validFields({ input }: Operation, which: 'required' | 'all' = 'required'): Fields {
    const { properties = {}, required = [] } = schemas[input.name]!;
    const names = which === 'all' ? Object.keys(properties) : required;
    return Object.fromEntries(names.map((name) => [name, validValue(name, properties[name]!, known)]));
  }

  it.each(overSocket)('is rejected by the command %s', async (name, command) => {
    const valid = validFields(command);
    // Null and no argument count as an empty object, which is valid where no field is required.
    const isEmptyValid = Object.keys(valid).length === 0;
    const invalidInputsOfOperation = [
      ...invalidInputs(schemas[command.input.name]!, valid),
      ...nonObjectInputs().filter(({ input }) => !isEmptyValid || input !== 'null'),
    ].map((one) => ({
      ...one,
      args: [toJson(one.input)],
    }));
    const args = [
      ...(isEmptyValid ? [] : [[]]),
      [toJson(valid), toJson(valid)],
      [toJson(valid), json(MARKER)],
      [toJson(valid), 'null'],
    ];
    const wrongCount = args.map((some) => ({ title: `${some.length} arguments`, status: 400, args: some }));
    const faults = await collectFaults([...invalidInputsOfOperation, ...wrongCount], async (one) =>
      findProblemFaults(await socket.request(name, ...one.args), one).map(
        (fault) => `${one.title}: ${fault}`,
      ),
    );
    expect(faults).toEqual([]);
  });

  it.each(overRest)('is rejected by %s', async (route, operation) => {
    const [schema, valid] = [schemas[operation.input.name]!, validFields(operation)];
    const maxBytes = operation.limits?.maxBytes;
    const invalidInputsOfOperation = [
      ...invalidInputs(schema, valid, maxBytes).flatMap((one) => toRequests(route, one, schema, valid)),
      ...invalidRequests(route, valid, validFields(operation, 'all'), maxBytes),
    ];
    const faults = await collectFaults(invalidInputsOfOperation, async (one) =>
      findProblemFaults(await http(one), one).map((fault) => `${one.title}: ${fault}`),
    );
    expect(faults).toEqual([]);
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
      const [schema, valid] = [schemas[operation.input.name]!, validFields(operation)];
      const { rest } = operation;
      const edges = Object.entries(schema.properties ?? {}).flatMap(([field, fieldSchema]) =>
        edgeValues(field, fieldSchema).map((text) => ({
          title: `${field}: ${text}`,
          input: { ...valid, [field]: text },
        })),
      );
      const faults = await collectFaults(edges, async ({ title, input }) => {
        const invalidInputsOfOperation = { title, input, status: 400 } as const;
        const requests = rest ? toRequests(rest, invalidInputsOfOperation, schema, valid) : [];
        const answers = [
          ...(await Promise.all(requests.map((request) => http(request)))),
          ...(operation.socket ? [await socket.request(name, toJson(input))] : []),
        ];
        const isOurFault = answers.some(({ text }) => /"status":5\d\d|"internal_error"/.test(text));
        return isOurFault ? [`${title.slice(0, 80)}: ${answers.map(({ text }) => text).join()}`] : [];
      });
      expect(faults).toEqual([]);
    },
  );
});
