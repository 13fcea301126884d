import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { events } from '../../../src/api-contract.js';
import { eventId } from '../../../src/api-docs/asyncapi.js';
import type { Operation } from '../../../src/kernel/realtime/contract.js';
import type { ReceivedEvent, TrafficObserver } from '../clients/transports.js';

type Schemas = Record<string, { properties?: object; additionalProperties?: unknown }>;
interface AsyncApi {
  components: { schemas: Schemas };
}
interface RestAnswer {
  status: number;
  type: string | undefined;
  body: unknown;
}

/**
 * Compares answers and events with the served OpenAPI and AsyncAPI documents: a documented status and media type, and exactly the
 * fields of the schema.
 */
export class AnswerSchemas implements TrafficObserver {
  /** Differences, without repetitions. */
  readonly faults = new Set<string>();
  /** Names of the operations and events that were compared. */
  readonly compared = new Set<string>();
  private readonly ajv = new Ajv2020({ strict: false, formats: { emoji: true, binary: true } });
  private readonly paths: OpenAPIObject['paths'];

  private constructor(openApi: OpenAPIObject, asyncApi: AsyncApi) {
    addFormats(this.ajv);
    this.paths = openApi.paths;
    this.ajv.addSchema(withClosedSchemas(openApi), 'openapi');
    this.ajv.addSchema(withClosedSchemas(asyncApi), 'asyncapi');
  }

  static async load(url: string): Promise<AnswerSchemas> {
    const read = async (path: string): Promise<unknown> => (await fetch(url + path)).json();
    return new AnswerSchemas(
      (await read('/openapi.json')) as OpenAPIObject,
      (await read('/asyncapi.json')) as AsyncApi,
    );
  }

  onRestAnswer({ name, rest }: Operation, { status, type, body }: RestAnswer): void {
    const [method, path] = rest!.split(' ') as [string, string];
    const route = this.paths[path]![method.toLowerCase() as 'get']!;
    const documented = route.responses[status] as { content?: object } | undefined;
    const media = type?.split(';')[0] ?? '';
    if (!documented || !(media in (documented.content ?? {})))
      this.faults.add(`${name}: ${status} with ${media} is not documented`);
    else
      this.compare(`${name} over REST with ${status}`, name, body, [
        ...['openapi#', 'paths', path, method.toLowerCase()],
        ...['responses', String(status), 'content', media, 'schema'],
      ]);
  }

  onAck({ name }: { name: string }, ack: unknown): void {
    this.compare(`${name} over the socket`, name, ack, messagePath(`${name}.ack`));
  }

  onEvent({ name, payload }: ReceivedEvent): void {
    const event = events.find((candidate) => candidate.name === name);
    if (event) this.compare(`event ${name}`, eventId(event), payload, messagePath(eventId(event)));
    else this.faults.add(`event ${name} is not documented`);
  }

  private compare(title: string, name: string, value: unknown, path: string[]): void {
    this.compared.add(name);
    const validate = this.ajv.getSchema(path.map(toPointer).join('/')) as ValidateFunction;
    if (validate(value)) return;
    for (const { instancePath, message, params } of validate.errors ?? [])
      this.faults.add(
        `${title}: ${instancePath.replace(/\/\d+/g, '/*')} ${message} ${JSON.stringify(params)}`,
      );
  }
}

function messagePath(id: string): string[] {
  return ['asyncapi#', 'components', 'messages', id, 'payload'];
}

/** RFC 6901, in a URI fragment. */
function toPointer(step: string): string {
  if (step.endsWith('#')) return step;
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/** Document whose schemas accept no undocumented field. */
function withClosedSchemas<Document extends { components?: { schemas?: object } }>(
  document: Document,
): Document {
  const schemas = Object.entries(document.components!.schemas as Schemas).map(([name, schema]) => [
    name,
    { ...schema, ...(schema.properties && { additionalProperties: schema.additionalProperties ?? false }) },
  ]);
  return {
    ...document,
    components: { ...document.components, schemas: Object.fromEntries(schemas) as object },
  };
}
