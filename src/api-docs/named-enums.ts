/** Schema of a document. */
export type Schema = Record<string, unknown> & {
  enum?: string[];
  description?: string;
  properties?: Record<string, Schema>;
};

/** Lists of values by their JSON, with the name of the schema that defines each. */
type EnumNames = Map<string, string>;

/**
 * Gives each list of values in a document one named schema, so that generated clients have one type for it. The name is that
 * of its field in the schema with the most fields: MessageType for the field `type` of MessageDto.
 */
export function nameEnums<Document extends { schemas: Record<string, Schema> }>(
  document: Document,
): Document {
  const names = enumNames(document.schemas);
  const result = replaceEnums(document, names) as Document;
  for (const [values, name] of names)
    result.schemas[name] = { type: 'string', enum: JSON.parse(values) as string[] };
  return result;
}

function enumNames(schemas: Record<string, Schema>): EnumNames {
  const byFieldCount = Object.entries(schemas).sort(
    ([, one], [, other]) => countFields(other) - countFields(one),
  );
  const names: EnumNames = new Map();
  for (const [schema, { properties = {} }] of byFieldCount)
    for (const [field, property] of Object.entries(properties))
      for (const values of findEnums(property).map((each) => JSON.stringify(each)))
        if (!names.has(values)) names.set(values, toName(schema, field));
  return names;
}

function countFields({ properties = {} }: Schema): number {
  return Object.keys(properties).length;
}

function toName(schema: string, field: string): string {
  const noun = schema.replace(/(Dto|Body)$/, '');
  const capitalized = field[0]!.toUpperCase() + field.slice(1);
  return noun.endsWith(capitalized) ? noun : `${noun}${capitalized}`;
}

function findEnums(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  const own = isEnum(value) ? [value.enum] : [];
  return [...own, ...Object.values(value).flatMap(findEnums)];
}

/** References to the named schemas instead of lists of values. Lists of one value and unnamed ones stay. */
function replaceEnums(value: unknown, names: EnumNames): unknown {
  if (Array.isArray(value)) return value.map((item) => replaceEnums(item, names));
  if (typeof value !== 'object' || value === null) return value;
  const name = isEnum(value) ? names.get(JSON.stringify(value.enum)) : undefined;
  const entries = Object.entries(value).filter(([key]) => !name || (key !== 'enum' && key !== 'type'));
  const replaced = Object.fromEntries(entries.map(([key, item]) => [key, replaceEnums(item, names)]));
  return name ? { ...replaced, $ref: `#/components/schemas/${name}` } : replaced;
}

function isEnum(value: object): value is { enum: string[] } {
  return 'enum' in value && Array.isArray(value.enum) && value.enum.length > 1;
}
