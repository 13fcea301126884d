import { operations } from '../../src/api-contract.js';
import { openApiDocument } from '../../src/api-docs/openapi.js';
import { invalidForms, edgeForms } from '../support/uploads/invalid-forms.js';
import { inputSchemas, type InputSchema } from '../support/fuzz/invalid-inputs.js';
import { edgeValues } from '../support/fuzz/edge-values.js';
import { tableFingerprints } from '../support/contract/table-fingerprints.js';
import { findProblemFaults, rawRestClient } from '../support/clients/raw-transports.js';
import { listFiles } from '../support/uploads/sample-files.js';
import { createUser, startTestServer, type TestServer } from '../support/servers/test-server.js';

const inForms = operations.flatMap((operation) =>
  operation.rest && operation.multipart ? [[operation.rest, operation] as const] : [],
);

/** Counterpart of invalid-inputs.spec.ts for multipart forms. */
describe('An invalid form', () => {
  let server: TestServer;
  let http: ReturnType<typeof rawRestClient>;
  let schemas: Record<string, InputSchema>;

  beforeAll(async () => {
    server = await startTestServer();
    http = rawRestClient(server.url, (await createUser(server, 'alice')).token);
    schemas = inputSchemas(openApiDocument(server.app).components!.schemas!);
  });
  afterAll(() => server.stop());

  it.each(inForms)('is rejected by %s and leaves nothing stored', async (route, { input }) => {
    const before = await tableFingerprints(server);
    const faults: string[] = [];
    for (const one of invalidForms(route, schemas[input.name]!))
      faults.push(...findProblemFaults(await http(one), one).map((fault) => `${one.title}: ${fault}`));
    expect(faults).toEqual([]);
    expect(await tableFingerprints(server)).toEqual(before);
    expect(await listFiles(server.attachmentsDir)).toEqual([]);
  });

  it.each(inForms)('with edge values causes no server error in %s', async (route, { input }) => {
    const { properties = {} } = schemas[input.name]!;
    for (const [field, fieldSchema] of Object.entries(properties))
      for (const text of edgeValues(field, fieldSchema))
        for (const request of edgeForms(route, { [field]: text }))
          expect([201, 400]).toContain((await http(request)).status);
  });
});
