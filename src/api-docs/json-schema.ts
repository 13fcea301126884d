type Json = Record<string, unknown>;

/** Names of the schemas that a part of a document refers to, directly or through other schemas. */
export function findReferenced(part: unknown, schemas: Record<string, unknown>): Set<string> {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    for (const [, name] of JSON.stringify(value).matchAll(/#\/components\/schemas\/(\w+)"/g))
      if (!found.has(name!)) {
        found.add(name!);
        visit(schemas[name!]);
      }
  };
  visit(part);
  return found;
}

/** Converts the schemas of OpenAPI 3.0 in a document to JSON Schema, as used by OpenAPI 3.1 and AsyncAPI. */
export function toJsonSchema<Document>(document: Document): Document {
  if (Array.isArray(document)) return document.map(toJsonSchema) as Document;
  if (typeof document !== 'object' || document === null) return document;
  const converted = Object.fromEntries(
    Object.entries(document).map(([key, value]) => [key, toJsonSchema<unknown>(value)]),
  );
  return convertSchema(converted) as Document;
}

function convertSchema({ nullable, allOf, required, ...rest }: Json): Json {
  const schema: Json = { ...rest };
  if (required !== undefined && !isEmptyList(required)) schema.required = required;
  if (isSingleReference(allOf)) {
    delete schema.type;
    if (!nullable) return { ...schema, ...allOf[0] };
    schema.anyOf = [...allOf, { type: 'null' }];
  } else if (allOf !== undefined) schema.allOf = allOf;
  if (nullable !== true || schema.anyOf) return schema;
  if (typeof schema.type === 'string' && !schema.enum) return { ...schema, type: [schema.type, 'null'] };
  const { description, ...type } = schema;
  return { description, anyOf: [type, { type: 'null' }] };
}

function isSingleReference(allOf: unknown): allOf is [Json] {
  return Array.isArray(allOf) && allOf.length === 1 && '$ref' in (allOf[0] as object);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
