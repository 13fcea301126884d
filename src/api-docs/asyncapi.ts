import type { OpenAPIObject } from '@nestjs/swagger';
import { commands, events } from '../api-contract.js';
import type { Event, Operation } from '../kernel/realtime/contract.js';
import { pathPrefixOf } from '../kernel/http/path-prefix.js';
import { toJsonSchema } from './json-schema.js';

const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });

/** Id of an event in the documents: its name, with a suffix when a command has the same name. */
export function eventId({ name }: Event): string {
  return commands.some((command) => command.name === name) ? `${name}.event` : name;
}

/** Generates the AsyncAPI 3.0 document of the socket from the contract, with the schemas of the OpenAPI document. */
export function asyncApiDocument(openApi: OpenAPIObject, publicUrl: string): object {
  const prefix = pathPrefixOf(publicUrl);
  const incoming = Object.fromEntries(commands.map((command) => [command.name, commandMessage(command)]));
  const acks = Object.fromEntries(commands.map((command) => [`${command.name}.ack`, ackMessage(command)]));
  const outgoing = Object.fromEntries(events.map((event) => [eventId(event), eventMessage(event)]));
  const messages = { ...incoming, ...acks, ...outgoing };
  const toRefs = (names: string[]): object[] =>
    names.map((name) => ({ $ref: `#/channels/socket/messages/${name}` }));

  return {
    asyncapi: '3.0.0',
    info: {
      title: 'TMS Messaging Server',
      version: '1',
      description:
        'Socket.IO, default namespace. Connect with `auth: { token, deviceId, epoch }`: a JWT of the host product; an id of the device, constant across connections (1–64 printable ASCII characters; default: the id of the socket); the epoch of the last sync (optional). A place in a call belongs to a socket. Each command is acknowledged with `{ ok: true, data }` or `{ ok: false, error }`. Readable form: [Commands and events](' +
        `${prefix}/docs/events).`,
    },
    ...(publicUrl && { servers: { server: toServer(publicUrl) } }),
    channels: {
      socket: {
        address: `${prefix}/socket.io/`,
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
            messages: toRefs([name]),
            reply: { channel: { $ref: '#/channels/socket' }, messages: toRefs([`${name}.ack`]) },
          },
        ]),
      ),
      events: {
        action: 'send',
        summary: 'Events sent by the server.',
        channel: { $ref: '#/channels/socket' },
        messages: toRefs(events.map(eventId)),
      },
    },
    components: { messages, schemas: toJsonSchema(openApi.components?.schemas ?? {}) },
  };
}

function toServer(publicUrl: string): object {
  const { host, protocol } = new URL(publicUrl);
  return { host, protocol: protocol === 'https:' ? 'wss' : 'ws' };
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
  return { name: `${name}.ack`, title: `Acknowledgement of ${name}`, payload };
}

function eventMessage({ name, payload, summary, recipients, durable }: Event): object {
  return {
    name,
    title: name,
    summary,
    payload: ref(payload.name),
    'x-recipients': recipients,
    'x-durable': durable,
  };
}
