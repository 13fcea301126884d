import { JSON_MAX_BYTES } from '../../../src/kernel/validation/json-limits.js';
import { invalidValues, type FieldSchema } from './invalid-values.js';
import { DEEP_ARRAY, DEEP_OBJECT, MARKER, PROTOTYPE_NAMES } from './fuzz-inputs.js';

/** A field that no operation has. */
export const UNKNOWN_FIELD = 'notAField';

export interface InputSchema {
  properties?: Record<string, FieldSchema>;
  required?: string[];
}

/**
 * Fields as JSON text, so that they can contain values that JavaScript cannot: `1e309`, an own `__proto__` …
 */
export type Fields = Record<string, string>;

/** The schemas of a document, with the fields of an object or a list of objects in an input. */
export function inputSchemas(schemas: Record<string, unknown>): Record<string, InputSchema> {
  const known = schemas as Record<string, InputSchema>;
  const schemaByRef = ({ $ref }: { $ref?: string }): InputSchema | undefined =>
    $ref ? resolveFields(known[$ref.split('/').at(-1)!]!) : undefined;
  const resolveSchema = (schema: FieldSchema): FieldSchema => {
    const [part] = schema.allOf ?? [];
    if (part) return { ...schema, ...schemaByRef(part), type: 'object' };
    const items = schemaByRef((schema.items ?? {}) as { $ref?: string });
    return items ? { ...schema, items } : schema;
  };
  const resolveFields = ({ properties = {}, required }: InputSchema): InputSchema => ({
    properties: Object.fromEntries(
      Object.entries(properties).map(([field, schema]) => [field, resolveSchema(schema)]),
    ),
    required,
  });
  return Object.fromEntries(Object.entries(known).map(([name, schema]) => [name, resolveFields(schema)]));
}

/**
 * An input that an operation must reject. `input` is JSON text, or fields of which at least one is invalid.
 */
export interface InvalidInput {
  title: string;
  input: Fields | string;
  status: 400 | 413;
  /** Field that the errors must name. */
  field?: string;
}

const json = JSON.stringify;

/** All invalid inputs of an operation, independent of the transport. `valid` contains its required fields. */
export function invalidInputs(schema: InputSchema, valid: Fields, maxBytes = JSON_MAX_BYTES): InvalidInput[] {
  const { properties = {}, required = [] } = schema;
  const oneBad = Object.entries(properties).flatMap(([field, schema]) => [
    ...invalidValues(field, schema).map((text) =>
      rejectedInput(`${field}: ${text.slice(0, 40)}`, { ...valid, [field]: text }, field),
    ),
    surplusInput(`${field}: a deep array`, { ...valid, [field]: DEEP_ARRAY }),
    surplusInput(`${field}: a deep object`, { ...valid, [field]: DEEP_OBJECT }),
    surplusInput(`${field}: too many bytes`, { ...valid, [field]: json('a'.repeat(maxBytes)) }),
  ]);
  const missing = required.map((field) => rejectedInput(`without ${field}`, without(valid, field), field));
  const names = [UNKNOWN_FIELD, 'a.b', 'then', '', ...PROTOTYPE_NAMES];
  const surplus = names.flatMap((name) =>
    ['null', json(MARKER), json({ a: MARKER }), '{"__proto__":{"polluted":true}}'].map((text) =>
      rejectedInput(
        `surplus ${name}: ${text}`,
        { ...valid, ...ownKey(name, text) },
        name === '' ? undefined : name.split('.')[0],
      ),
    ),
  );
  return [...oneBad, ...missing, ...surplus];
}

/** A small input with many fields to validate. */
export const INPUT_WITH_MANY_FIELDS = json(
  Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`f${index}`, 1])),
);

/** Payloads that are no object, or an oversized one. */
export const nonObjectInputs = (maxBytes = JSON_MAX_BYTES): InvalidInput[] => [
  surplusInput('many fields', INPUT_WITH_MANY_FIELDS),
  surplusInput('many values', json(Array(100_000).fill(1))),
  ...['[]', '[{}]', json([MARKER]), json(MARKER), '""', '7', 'true', 'null'].map((text) =>
    rejectedInput(text, text),
  ),
  ...[DEEP_ARRAY, DEEP_OBJECT, json({ [UNKNOWN_FIELD]: 'a'.repeat(maxBytes) })].map((text) =>
    surplusInput(text.slice(0, 20), text),
  ),
];

export function toJson(input: Fields | string): string {
  if (typeof input === 'string') return input;
  return `{${Object.entries(input)
    .map(([name, text]) => `${json(name)}:${text}`)
    .join(',')}}`;
}

function without(fields: Fields, name: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => field !== name));
}

/** `{ [name]: … }` creates an own key of `__proto__` too, and spreading keeps it. */
function ownKey(name: string, text: string): Fields {
  return { [name]: text };
}

function rejectedInput(title: string, input: Fields | string, field?: string): InvalidInput {
  return { title, input, status: 400, field };
}

function surplusInput(title: string, input: Fields | string): InvalidInput {
  return { title, input, status: 413 };
}
