import type { OpenAPIObject } from '@nestjs/swagger';
import { escaped, prose } from './page.js';

export interface Schema {
  type?: string;
  format?: string;
  description?: string;
  nullable?: boolean;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  additionalProperties?: Schema | boolean;
  properties?: Record<string, Schema>;
  required?: string[];
  $ref?: string;
}

/** The schemas of the OpenAPI document, to be read by people. */
export class Schemas {
  constructor(private readonly document: OpenAPIObject) {}

  /** Every field of a schema: its name, whether it may be left out, its type, and what it means. */
  fields(name: string): { name: string; optional: boolean; type: string; meaning: string }[] {
    const { properties = {}, required = [] } = this.get(name);
    return Object.entries(properties).map(([field, schema]) => ({
      name: field,
      optional: !required.includes(field),
      type: typeOf(schema),
      meaning: prose(schema.description ?? ''),
    }));
  }

  /** These schemas and those that they are made of, by name. */
  reachable(names: string[]): string[] {
    const found = new Set<string>();
    const visit = (name: string): void => {
      if (found.has(name)) return;
      found.add(name);
      for (const [, other] of JSON.stringify(this.get(name)).matchAll(/schemas\/(\w+)"/g)) visit(other!);
    };
    names.forEach(visit);
    return [...found].sort();
  }

  /** The schemas that these are made of. */
  partsOf(names: string[]): string[] {
    return this.reachable(names).filter((name) => !names.includes(name));
  }

  private get(name: string): Schema {
    const schema = this.document.components?.schemas?.[name];
    if (!schema) throw new Error(`There is no schema ${name}.`);
    return schema as Schema;
  }
}

export function linkTo(schema: string): string {
  return `<a href="#${schema}">${schema}</a>`;
}

/** In HTML, with links to other schemas. */
function typeOf(schema: Schema): string {
  return schema.nullable ? `${bare(schema)} or null` : bare(schema);
}

function bare(schema: Schema): string {
  const { $ref, allOf, oneOf, type, format, items, additionalProperties } = schema;
  if ($ref) return linkTo($ref.split('/').at(-1)!);
  if (allOf) return allOf.map(typeOf).join(' and ');
  if (oneOf) return oneOf.map(typeOf).join(', ');
  if (schema.enum) return schema.enum.map((value) => `<code>${escaped(value)}</code>`).join(', ');
  if (type === 'array') return `list of ${items ? typeOf(items) : 'anything'}`;
  if (type === 'object')
    return typeof additionalProperties === 'object' ? `map of ${typeOf(additionalProperties)}` : 'object';
  if (type === 'string')
    return format ?? (schema.maxLength ? `text up to ${number(schema.maxLength)}` : 'text');
  return [type ?? 'anything', rangeOf(schema)].filter(Boolean).join(' ');
}

function rangeOf({ minimum, maximum }: Schema): string {
  if (minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    return `${number(minimum)}–${number(maximum)}`;
  return minimum === undefined ? '' : `from ${minimum}`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
