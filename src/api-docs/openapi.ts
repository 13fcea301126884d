import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { events, operations } from '../api-contract.js';
import { findReferenced } from './json-schema.js';

type App = Parameters<typeof SwaggerModule.createDocument>[0];
type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type PathItem = OpenAPIObject['paths'][string];
type RestOperation = NonNullable<PathItem['get']>;
type Schema = { properties?: Record<string, object>; required?: string[] };

/** Mark of a field that sockets take from the handshake. */
const REQUIRED_OVER_REST = 'x-required-over-rest';

/** Serialization of lists in a query. Repeated query keys are rejected. */
const COMMA_SEPARATED = { style: 'form' as const, explode: false };

/** Generates the OpenAPI document from controllers and contract. `prefix`: path prefix of its links. */
export function openApiDocument(app: App, prefix = ''): OpenAPIObject {
  const info = new DocumentBuilder()
    .setTitle('TMS Messaging Server')
    .setDescription(
      `REST API of the messaging server. The same commands exist over Socket.IO: see [Commands and events](${prefix}/docs/events). [Errors](${prefix}/docs/errors) are problem details (RFC 9457).`,
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const extraModels = [
    ...operations.flatMap(({ input, output }) => [input, output]),
    ...events.map(({ payload }) => payload),
  ];
  return describeInputs(SwaggerModule.createDocument(app, info, { extraModels }));
}

/** Adds parameters and body to each route, from the DTO of its operation: path, then query (GET, DELETE) or body. */
function describeInputs(document: OpenAPIObject): OpenAPIObject {
  const schemas = document.components?.schemas ?? {};
  for (const { name, input, rest, multipart } of operations) {
    if (!rest) continue;
    const [method, path] = rest.split(' ') as [string, string];
    const operation = document.paths[path]?.[method.toLowerCase() as 'get'];
    if (!operation) throw new Error(`The route ${rest} of ${name} does not exist.`);
    const sharing = operations.filter((other) => other.input === input);
    const bodyName = `${sharing.length > 1 ? input.name.replace(/Dto$/, '') : toPascalCase(name)}Body`;
    const contentType = multipart ? 'multipart/form-data' : 'application/json';
    describeInput(operation, schemas[input.name] as Schema, { method, path, contentType, bodyName }, schemas);
  }
  closeInputs(schemas);
  return document;
}

/** Inputs have no other fields than those of their schemas. Schemas of answers stay open for later fields. */
function closeInputs(schemas: Schemas): void {
  const toNames = (classes: { name: string }[]): string[] => classes.map(({ name }) => name);
  const reach = (names: string[]): Set<string> =>
    findReferenced(
      names.map((name) => schemas[name]),
      schemas,
    );
  const outputs = toNames([
    ...operations.map(({ output }) => output),
    ...events.map(({ payload }) => payload),
  ]);
  const open = new Set([...outputs, ...reach(outputs)]);
  for (const name of reach(toNames(operations.map(({ input }) => input))))
    if (!open.has(name)) (schemas[name] as { additionalProperties?: boolean }).additionalProperties = false;
}

function describeInput(
  operation: RestOperation,
  schema: Schema,
  { method, path, contentType, bodyName }: Record<'method' | 'path' | 'contentType' | 'bodyName', string>,
  schemas: Schemas,
): void {
  const properties = schema.properties ?? {};
  const required = schema.required ?? [];
  const fields = Object.keys(properties);
  const inPath = fields.filter((field) => path.includes(`{${field}}`));
  const others = fields.filter((field) => !inPath.includes(field));
  const inQuery = method === 'GET' || method === 'DELETE';

  operation.parameters = [...inPath, ...(inQuery ? others : [])].map((name) => {
    const { description, ...rest } = properties[name] as { description?: string; type?: string };
    const isInPath = inPath.includes(name);
    return {
      name,
      in: isInPath ? 'path' : 'query',
      required: isInPath || required.includes(name),
      description,
      ...(rest.type === 'array' && COMMA_SEPARATED),
      schema: rest,
    };
  });
  if (inQuery || others.length === 0) return;
  const bodySchema = {
    type: 'object' as const,
    additionalProperties: false,
    properties: Object.fromEntries(others.map((field) => [field, properties[field]!])),
    required: others.filter((field) => required.includes(field) || REQUIRED_OVER_REST in properties[field]!),
  };
  schemas[bodyName] = bodySchema;
  operation.requestBody = {
    required: bodySchema.required.length > 0,
    content: { [contentType]: { schema: { $ref: `#/components/schemas/${bodyName}` } } },
  };
}

/** `message.send` as MessageSend. */
function toPascalCase(name: string): string {
  return name.replace(/(?:^|[._])(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
