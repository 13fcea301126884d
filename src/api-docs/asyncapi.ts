import type { OpenAPIObject } from '@nestjs/swagger';
import { commands, events } from '../api-contract.js';
import type { Event, Operation } from '../kernel/realtime/contract.js';
import { eventId } from './event-id.js';

const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });

/** The AsyncAPI 3.0 document of the socket, out of the contract; the schemas are those of the OpenAPI document. */
export function asyncApiDocument(openApi: OpenAPIObject): object {
  const incoming = Object.fromEntries(commands.map((command) => [command.name, commandMessage(command)]));
  const acks = Object.fromEntries(commands.map((command) => [`${command.name}.ack`, ackMessage(command)]));
  const outgoing = Object.fromEntries(events.map((event) => [eventId(event), eventMessage(event)]));
  const messages = { ...incoming, ...acks, ...outgoing };
  const named = (names: string[]): object[] =>
    names.map((name) => ({ $ref: `#/channels/socket/messages/${name}` }));

  return {
    asyncapi: '3.0.0',
    info: {
      title: 'TMS Messaging Server',
      version: '1',
      description:
        'Socket.IO, default namespace. Connect with `auth: { token, deviceId }`: a JWT of the host, and your name for this device, the same whenever it connects again (1–64 printable ASCII characters; left out: the id of the socket). Calls go by it. Emit a command with an acknowledgement: it is always called, with `{ ok: true, data }` or `{ ok: false, error }`. For people: [/docs/events](/docs/events).',
    },
    channels: {
      socket: {
        address: '/socket.io/',
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations: {
      ...Object.fromEntries(
        commands.map(({ name, summary }) => [
          name,
          {
            action: 'receive',
            channel: { $ref: '#/channels/socket' },
            summary,
            messages: named([name]),
            reply: { channel: { $ref: '#/channels/socket' }, messages: named([`${name}.ack`]) },
          },
        ]),
      ),
      events: {
        action: 'send',
        summary: 'What the server tells, unasked.',
        channel: { $ref: '#/channels/socket' },
        messages: named(events.map(eventId)),
      },
    },
    components: { messages, schemas: asJsonSchema(openApi.components?.schemas ?? {}) },
  };
}

function commandMessage({ name, summary, input, rest }: Operation): object {
  return { name, title: name, summary, payload: ref(input.name), 'x-rest': rest };
}

function ackMessage({ name, output }: Operation): object {
  const payload = {
    oneOf: [
      {
        type: 'object',
        required: ['ok', 'data'],
        properties: { ok: { const: true }, data: ref(output.name) },
      },
      {
        type: 'object',
        required: ['ok', 'error'],
        properties: { ok: { const: false }, error: ref('ProblemDetailsDto') },
      },
    ],
  };
  return { name: `${name}.ack`, title: `The answer to ${name}`, payload };
}

function eventMessage({ name, payload, summary, recipients: audience, durable }: Event): object {
  return {
    name,
    title: name,
    summary,
    payload: ref(payload.name),
    'x-audience': audience,
    'x-durable': durable,
  };
}

/** AsyncAPI takes JSON Schema, to which the `nullable` of OpenAPI 3.0 means nothing: null would not be valid. */
function asJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asJsonSchema);
  if (typeof value !== 'object' || value === null) return value;
  const schema = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asJsonSchema(item)]));
  if (typeof schema.nullable !== 'boolean') return schema;
  const { nullable, description, ...rest } = schema;
  return nullable ? { description, anyOf: [rest, { type: 'null' }] } : { description, ...rest };
}
