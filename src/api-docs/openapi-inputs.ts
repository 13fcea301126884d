import type { OpenAPIObject } from '@nestjs/swagger';
import { operations } from '../api-contract.js';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type PathItem = OpenAPIObject['paths'][string];
type RestOperation = NonNullable<PathItem['get']>;
type Schema = { properties?: Record<string, object>; required?: string[] };

/** A repeated key of a query is refused; a list is one value. */
const COMMA_SEPARATED = { style: 'form' as const, explode: false };

/** Adds to each route what it takes, out of the one DTO of its operation: path, then query (GET, DELETE) or body. */
export function describeInputs(document: OpenAPIObject): OpenAPIObject {
  const schemas = document.components?.schemas ?? {};
  for (const { name, input, rest, multipart } of operations) {
    if (!rest) continue;
    const [method, path] = rest.split(' ') as [string, string];
    const operation = document.paths[path]?.[method.toLowerCase() as 'get'];
    if (!operation) throw new Error(`${name} says that it is ${rest}, and there is no such route.`);
    const contentType = multipart ? 'multipart/form-data' : 'application/json';
    describe(operation, schemas[input.name] as Schema, { method, path, contentType }, schemas);
  }
  return document;
}

function describe(
  operation: RestOperation,
  schema: Schema,
  { method, path, contentType }: { method: string; path: string; contentType: string },
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
    required: required.filter((field) => others.includes(field)),
  };
  const bodyName = `${operation.operationId!.replace(/(^|\.)\w/g, (letter) => letter.replace('.', '').toUpperCase())}Body`;
  schemas[bodyName] = bodySchema;
  operation.requestBody = {
    required: true,
    content: { [contentType]: { schema: { $ref: `#/components/schemas/${bodyName}` } } },
  };
}
