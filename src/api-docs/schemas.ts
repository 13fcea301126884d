import type { OpenAPIObject } from '@nestjs/swagger';
import { findReferenced } from './json-schema.js';
import { escapeHtml, toHtml } from './page.js';

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

/** Schemas of the OpenAPI document in readable form. */
export class Schemas {
  constructor(private readonly document: OpenAPIObject) {}

  /** Fields of a schema with type and description as HTML. */
  listFields(name: string): { name: string; optional: boolean; type: string; description: string }[] {
    const { properties = {}, required = [] } = this.getSchema(name);
    return Object.entries(properties).map(([field, schema]) => ({
      name: field,
      optional: !required.includes(field),
      type: typeOf(schema),
      description: toHtml(schema.description ?? ''),
    }));
  }

  /** Names of the given schemas and of the schemas they reference. */
  listReachable(names: string[]): string[] {
    const schemas = this.document.components?.schemas ?? {};
    const referenced = findReferenced(
      names.map((name) => this.getSchema(name)),
      schemas,
    );
    return [...new Set([...names, ...referenced])].sort();
  }

  /** Names of the schemas referenced by the given ones. */
  listReferenced(names: string[]): string[] {
    return this.listReachable(names).filter((name) => !names.includes(name));
  }

  private getSchema(name: string): Schema {
    const schema = this.document.components?.schemas?.[name];
    if (!schema) throw new Error(`Unknown schema ${name}.`);
    return schema as Schema;
  }
}

export function linkTo(schema: string): string {
  return `<a href="#${schema}">${schema}</a>`;
}

/** Type as HTML, with links to other schemas. */
function typeOf(schema: Schema): string {
  return schema.nullable ? `${typeWithoutNull(schema)} or null` : typeWithoutNull(schema);
}

function typeWithoutNull(schema: Schema): string {
  const { $ref, allOf, oneOf, type, format, items, additionalProperties } = schema;
  if ($ref) return linkTo($ref.split('/').at(-1)!);
  if (allOf) return allOf.map(typeOf).join(' and ');
  if (oneOf) return oneOf.map(typeOf).join(', ');
  if (schema.enum) return schema.enum.map((value) => `<code>${escapeHtml(value)}</code>`).join(', ');
  if (type === 'array') return `list of ${items ? typeOf(items) : 'anything'}`;
  if (type === 'object')
    return typeof additionalProperties === 'object' ? `map of ${typeOf(additionalProperties)}` : 'object';
  if (type === 'string')
    return format ?? (schema.maxLength ? `text up to ${formatNumber(schema.maxLength)}` : 'text');
  return [type ?? 'anything', rangeOf(schema)].filter(Boolean).join(' ');
}

function rangeOf({ minimum, maximum }: Schema): string {
  if (minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    return `${formatNumber(minimum)}–${formatNumber(maximum)}`;
  return minimum === undefined ? '' : `from ${minimum}`;
}

function formatNumber(value: number): string {
  return value.toLocaleString('en');
}
