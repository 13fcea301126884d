import { operations } from '../src/contract.js';
import { openApiDocument } from '../src/documents/openapi.js';
import { badForms, edgeForms } from './proof/bad-forms.js';
import { inputSchemas, type InputSchema } from './proof/bad-inputs.js';
import { edgeValues } from './proof/edge-values.js';
import { fingerprints } from './proof/fingerprints.js';
import { faultsOf, rawRest } from './proof/raw-doors.js';
import { filesBelow } from './setup/files.js';
import { person, startTestServer, type TestServer } from './setup/server.js';

const inForms = operations.flatMap((operation) =>
  operation.rest && operation.multipart ? [[operation.rest, operation] as const] : [],
);

/** What test/bad-values.spec.ts is for JSON. */
describe('A bad form', () => {
  let server: TestServer;
  let http: ReturnType<typeof rawRest>;
  let schemas: Record<string, InputSchema>;

  beforeAll(async () => {
    server = await startTestServer();
    http = rawRest(server.url, (await person(server, 'alice')).token);
    schemas = inputSchemas(openApiDocument(server.app).components!.schemas!);
  });
  afterAll(() => server.stop());

  it.each(inForms)('is refused by %s, and leaves nothing', async (route, { input }) => {
    const before = await fingerprints(server);
    const faults: string[] = [];
    for (const one of badForms(route, schemas[input.name]!))
      faults.push(...faultsOf(await http(one), one).map((fault) => `${one.what}: ${fault}`));
    expect(faults).toEqual([]);
    expect(await fingerprints(server)).toEqual(before);
    expect(await filesBelow(server.attachmentsDir)).toEqual([]);
  });

  it.each(inForms)('is not what %s and PostgreSQL fall out over', async (route, { input }) => {
    const { properties = {} } = schemas[input.name]!;
    for (const [field, its] of Object.entries(properties))
      for (const text of edgeValues(field, its))
        for (const request of edgeForms(route, { [field]: text }))
          expect([201, 400]).toContain((await http(request)).status);
  });
});
