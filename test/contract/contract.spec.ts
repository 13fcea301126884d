import type { OpenAPIObject } from '@nestjs/swagger';
import { commands, events, operations } from '../../src/api-contract.js';
import { eventId } from '../../src/api-docs/asyncapi.js';
import { addExamples } from '../../src/api-docs/examples.js';
import { openApiDocument } from '../../src/api-docs/openapi.js';
import { publishOpenApi } from '../../src/api-docs/openapi-publication.js';
import { listHandlers, listRoutes, type Handler } from '../support/contract/registered-handlers.js';
import { startTestServer, type TestServer } from '../support/servers/test-server.js';

/** Routes outside of the contract: bytes and documents. Swagger UI serves further files below /docs. */
const OTHER_ROUTES = [
  'GET /health',
  'GET /health/ready',
  'GET /',
  'GET /openapi.json',
  'GET /asyncapi.json',
  'GET /v1/files/{token}',
];
const isDocsPage = (route: string): boolean => route.startsWith('GET /docs');
const hasThreeWords = (text = ''): boolean => /(\S+\s+){2}\S+/.test(text);

type Json = Record<string, unknown>;
interface Schema {
  properties?: Record<string, { description?: string }>;
  required?: string[];
  enum?: string[];
}
type OperationObject = NonNullable<OpenAPIObject['paths'][string]['get']>;

function isPublicOperation(operationId?: string): boolean {
  const operation = operations.find(({ name }) => name === operationId?.replace(/_self$/, ''));
  return !operation || operation.permission === 'public';
}

describe('The contract', () => {
  let server: TestServer;
  let handlers: Handler[];
  let openApi: OpenAPIObject;
  let asyncApi: Json;
  const rest = operations.flatMap((operation) => operation.rest ?? []);

  beforeAll(async () => {
    server = await startTestServer();
    handlers = listHandlers(server.app);
    openApi = openApiDocument(server.app);
    asyncApi = (await (await fetch(`${server.url}/asyncapi.json`)).json()) as Json;
  });

  afterAll(() => server.stop());

  const schemaOf = (name: string): Schema => openApi.components!.schemas![name] as Schema;

  it('has exactly the routes of the server', () => {
    const routes = listRoutes(server.app).filter((route) => !isDocsPage(route));
    expect(routes.sort()).toEqual([...rest, ...OTHER_ROUTES].sort());
  });

  it('names only locations that can be read', () => {
    const readable = rest.map((route) => route.replace(/\{\w+\}/, 'ID'));
    const output = { id: 'ID', user: { id: 'ID' } } as never;
    const locations = operations.flatMap(({ location }) => location?.(output) ?? []);
    expect(locations).not.toEqual([]);
    expect(locations.filter((path) => !readable.includes(`GET ${path}`))).toEqual([]);
  });

  it('has exactly the commands of the gateways', () => {
    const answered = handlers.flatMap(({ command }) => command ?? []);
    expect(answered.sort()).toEqual(commands.map(({ name }) => name).sort());
  });

  it('has unique names of operations, routes, events and schemas', () => {
    const names = [operations.map(({ name }) => name), rest, events.map(({ name }) => name)];
    for (const list of names) expect(list).toEqual([...new Set(list)]);
    const schemas = [
      ...operations.flatMap(({ input, output }) => [input, output]),
      ...events.map((event) => event.payload),
    ];
    const classes = new Set(schemas);
    expect(new Set([...classes].map(({ name }) => name)).size).toBe(classes.size);
  });

  it.each(operations.map((operation) => [operation.name, operation] as const))(
    'validates %s with its DTO on each of its transports',
    (_name, { name, rest, socket, input }) => {
      const transports = handlers.filter(
        ({ route, command }) => route === rest || (command !== undefined && command === name),
      );
      expect(transports.map(({ inputs }) => inputs)).toEqual([
        ...(rest ? [[input]] : []),
        ...(socket ? [[input]] : []),
      ]);
    },
  );

  it('describes every operation and event in at least three words', () => {
    const summaries = [...operations, ...events].map(({ name, summary }) => ({ name, summary }));
    expect(summaries.filter(({ summary }) => !hasThreeWords(summary))).toEqual([]);
  });

  it('describes every field of every input, output and event in at least three words', () => {
    const bare = Object.entries(openApi.components!.schemas!).flatMap(([name, schema]) =>
      Object.entries((schema as Schema).properties ?? {})
        .filter(([, { description }]) => !hasThreeWords(description))
        .map(([field, { description }]) => `${name}.${field}: ${description}`),
    );
    expect(bare).toEqual([]);
    const outputs = [
      ...operations.map(({ output }) => output.name),
      ...events.map(({ payload }) => payload.name),
    ];
    const empty = outputs.filter((name) => Object.keys(schemaOf(name)?.properties ?? {}).length === 0);
    expect(empty).toEqual([]);
    expect(operations.filter(({ input }) => !schemaOf(input.name))).toEqual([]);
  });

  it('matches the OpenAPI document: summary, parameters, answer and authentication of each operation', () => {
    const isPublic = (route: string): boolean => handlers.find((one) => one.route === route)!.isPublic;
    for (const { name, rest, summary, output, input, multipart } of operations) {
      if (!rest) continue;
      const [method, path] = rest.split(' ') as [string, string];
      const operation = openApi.paths[path]![method.toLowerCase() as 'get']!;
      expect(operation).toMatchObject({ operationId: name, summary });
      expect(operation.security).toEqual(isPublic(rest) ? undefined : [{ bearer: [] }]);
      const answers = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
      expect(answers.map(([, answer]) => answer)).toMatchObject(
        answers.map(() => ({ content: { 'application/json': { schema: { $ref: ref(output.name) } } } })),
      );
      expect(answers.length).toBeGreaterThan(0);
      const parameters = (operation.parameters ?? []) as { name: string; in: string; required: boolean }[];
      const inPath = parameters
        .filter((parameter) => parameter.in === 'path')
        .map((parameter) => parameter.name);
      expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, field]) => field));
      const body = operation.requestBody as
        { content: Record<string, { schema: { $ref: string } }> } | undefined;
      const bodyName =
        body?.content[multipart ? 'multipart/form-data' : 'application/json']!.schema.$ref.split('/').at(-1);
      const { properties = {}, required = [] } = bodyName ? schemaOf(bodyName) : {};
      const inputSchema = schemaOf(input.name);
      const inputNames = [...parameters.map((parameter) => parameter.name), ...Object.keys(properties)];
      expect(inputNames.sort()).toEqual(Object.keys(inputSchema.properties ?? {}).sort());
      const needed = parameters.filter((parameter) => parameter.required).map((parameter) => parameter.name);
      const overRest = Object.entries(inputSchema.properties ?? {}).filter(
        ([, field]) => 'x-required-over-rest' in field,
      );
      expect([...needed, ...required].sort()).toEqual(
        [...(inputSchema.required ?? []), ...overRest.map(([field]) => field)].sort(),
      );
    }
  });

  it('has the permission public for exactly the operations without authentication', () => {
    const isPublic = ({ rest }: { rest: string | null }): boolean =>
      handlers.some(({ route, isPublic }) => route === rest && isPublic);
    for (const operation of operations)
      expect([operation.name, operation.permission === 'public']).toEqual([
        operation.name,
        isPublic(operation),
      ]);
  });

  it('is served as /openapi.json with a security scheme', async () => {
    const served = (await (await fetch(`${server.url}/openapi.json`)).json()) as Json;
    expect(served).toEqual(JSON.parse(JSON.stringify(addExamples(publishOpenApi(openApi)))));
    expect(served.openapi).toBe('3.1.0');
    expect(JSON.stringify(served)).not.toMatch(/"nullable"|"required":\[\]/);
    expect(openApi.components!.securitySchemes).toEqual({
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    });
    expect(danglingRefs(served)).toEqual([]);
  });

  it('has a text for each tag, and a token on exactly the operations that need one', () => {
    const { tags, paths } = publishOpenApi(openApi);
    const routes = Object.values(paths).flatMap((path) => Object.values(path) as OperationObject[]);
    expect(new Set(routes.flatMap((route) => route.tags ?? []))).toEqual(
      new Set(tags!.map(({ name }) => name)),
    );
    for (const { operationId, security } of routes)
      expect([operationId, security]).toEqual([
        operationId,
        isPublicOperation(operationId) ? [] : [{ bearer: [] }],
      ]);
  });

  it('has every method of a path with `me`, which hides the template', () => {
    const { paths } = publishOpenApi(openApi);
    expect(Object.keys(paths['/v1/users/me']!).sort()).toEqual(['get', 'patch']);
    expect(paths['/v1/users/me']!.patch).toMatchObject({ operationId: 'user.update_self', parameters: [] });
  });

  it('refers to each schema, names each list of values once, and allows empty lists in responses', () => {
    const { paths, components } = publishOpenApi(openApi);
    const text = JSON.stringify({ paths, components });
    const schemas = components!.schemas as Record<string, Schema>;
    expect(Object.keys(schemas).filter((name) => !text.includes(`"${ref(name)}"`))).toEqual([]);
    const lists = Object.values(schemas).flatMap((schema) => (schema.enum ? [schema.enum.join()] : []));
    expect(new Set(lists).size).toBe(lists.length);
    const outputs = ['SyncResponseDto', 'MessageDto', 'ConversationDto', 'PollStateDto', 'CallDto'];
    for (const name of outputs) expect(JSON.stringify(schemas[name])).not.toMatch(/"minItems":[1-9]/);
  });

  it('matches the AsyncAPI document: each command, ack and event with its schema', () => {
    const { messages } = asyncApi.components as { messages: Record<string, { payload: Json }> };
    const { messages: socketMessages } = (asyncApi.channels as Record<string, { messages: Json }>).socket!;
    const payloads = [
      ...commands.map(({ name, input }) => [name, { $ref: ref(input.name) }] as const),
      ...events.map((event) => [eventId(event), { $ref: ref(event.payload.name) }] as const),
    ];
    for (const [name, payload] of payloads) expect(messages[name]!.payload).toEqual(payload);
    for (const { name, output } of commands)
      expect(JSON.stringify(messages[`${name}.ack`]!.payload)).toContain(`{"$ref":"${ref(output.name)}"}`);
    expect(Object.keys(messages)).toHaveLength(payloads.length + commands.length);
    expect(Object.keys(socketMessages)).toEqual(Object.keys(messages));
    expect(danglingRefs(asyncApi)).toEqual([]);
    const { MessageDto } = (asyncApi.components as { schemas: Record<string, Schema> }).schemas;
    expect(MessageDto!.properties!.content).toMatchObject({ type: ['string', 'null'] });
    expect(JSON.stringify(asyncApi)).not.toContain('"nullable"');
  });

  it('is served at /docs/rest, which loads no external files', async () => {
    const page = await fetch(`${server.url}/docs/rest`);
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self'");
    const html = await page.text();
    const links = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)]
      .map(([, link]) => new URL(link!, `${server.url}/docs/rest`))
      .filter(({ protocol }) => protocol !== 'data:');
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) {
      expect(link.origin).toBe(server.url);
      expect((await fetch(link)).status).toBe(200);
    }
    const script = await (await fetch(`${server.url}/docs/rest/swagger-ui-init.js`)).text();
    expect(script.match(/https?:\/\/[^\s"'\\]+/g) ?? []).toEqual([]);
  });

  it('requires a token on every route that is not public', async () => {
    const guarded = rest.filter((route) => !handlers.find((handler) => handler.route === route)!.isPublic);
    expect(guarded.length).toBeGreaterThan(10);
    for (const route of guarded) {
      const [method, path] = route.split(' ') as [string, string];
      const url = server.url + path.replace(/\{\w+\}/g, 'me');
      for (const authorization of ['', 'Bearer', 'Bearer x', 'Basic YTpi', 'bearer a b', 'Bearer a.b.c']) {
        const answer = await fetch(url, { method, headers: authorization ? { authorization } : {} });
        const problem: unknown = await answer.json();
        expect({ route, problem }).toMatchObject({
          route,
          problem: { status: 401, code: 'unauthenticated' },
        });
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
        expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      }
    }
  });
});

function ref(name: string): string {
  return `#/components/schemas/${name}`;
}

/** `$ref` values of a document without a target in it. */
function danglingRefs(document: Json): string[] {
  const refs: string[] = [];
  JSON.stringify(document, (key, value: unknown) => {
    if (key === '$ref') refs.push(String(value));
    return value;
  });
  return [...new Set(refs)].filter((found) => {
    const [root, ...steps] = found.split('/');
    const target = steps.reduce<unknown>((at, step) => (at as Json | undefined)?.[unescaped(step)], document);
    return root !== '#' || target === undefined;
  });
}

/** RFC 6901 */
function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
