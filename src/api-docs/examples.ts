import type { OpenAPIObject } from '@nestjs/swagger';
import { operations } from '../api-contract.js';

const ID_NAMES = [
  'conversationId',
  'messageId',
  'userId',
  'groupId',
  'memberId',
  'channelId',
  'pollId',
  'optionId',
  'scheduledMessageId',
] as const;

/**
 * Ids of demo data, as seen by the first demo user: its DM, a message of its own there and the other user; a group that it owns
 * and a member of it; a channel; a poll with an option; a scheduled message.
 */
export type ExampleIds = Readonly<Record<(typeof ID_NAMES)[number], string>>;

/** Id in the examples without demo data, and where the demo has no such object: files and calls. */
export const PLACEHOLDER_ID = '01900000-0000-7000-8000-000000000000';
const PLACEHOLDERS = Object.fromEntries(ID_NAMES.map((name) => [name, PLACEHOLDER_ID])) as ExampleIds;

type Input = Record<string, unknown>;
type Schema = { type?: unknown; format?: string; example?: unknown; enum?: unknown[]; required?: string[] };
interface Parameter {
  name: string;
  required?: boolean;
  schema?: Schema;
  example?: unknown;
}
interface Body {
  content: Record<string, { schema: { $ref: string }; example?: object }>;
}
interface RouteObject {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: Body;
}

/** Fields of inputs: required ones whose value does not follow from the name, and optional ones that an example needs. */
function inputsOf(ids: ExampleIds): Record<string, Input> {
  const group = { conversationId: ids.groupId };
  const member = { ...group, userId: ids.memberId };
  const password = 'seven green bottles';
  return {
    'auth.register': { username: 'dave', password, displayName: 'Dave Davis' },
    'auth.login': { login: 'dave', password },
    'auth.refresh': { refreshToken: 'refresh token of the sign-in' },
    'auth.logout': { refreshToken: 'refresh token of the sign-in' },
    'user.update': { userId: 'me', displayName: 'Alice Adams' },
    'user.upsert': { items: [{ tmsUserId: 'host-dave', username: 'dave', displayName: 'Dave Davis' }] },
    'block.add': { userId: ids.memberId },
    'block.remove': { userId: ids.memberId },
    'conversation.create': { type: 'group', title: 'Release 43', memberIds: [ids.userId, ids.memberId] },
    'conversation.update': { ...group, title: 'Dark theme' },
    'conversation.delete': group,
    'conversation.join': { conversationId: ids.channelId },
    'member.add': { ...group, userIds: [ids.userId] },
    'member.update': { ...member, role: 'admin' },
    'member.remove': member,
    'membership.update': { pinned: true },
    'message.send': { content: 'Hello Bob' },
    'message.edit': { content: 'Good morning Bob!' },
    'message.forward': group,
    'poll.create': { question: 'Which day?', options: ['Monday', 'Friday'] },
    'poll.vote': { optionIds: [ids.optionId] },
    'scheduled_message.create': { content: 'Reminder: release at nine', sendAt: inAMonth() },
    'scheduled_message.update': { content: 'Reminder: release at ten' },
    'draft.save': { content: 'Unsent text' },
    'message.search': { q: 'search' },
    'attachment.list': { ids: [PLACEHOLDER_ID] },
    'call.start': { type: 'voice', deviceId: 'browser-1' },
    'call.accept': { deviceId: 'browser-1' },
    sync: { accountVersion: 0 },
  };
}

/** OpenAPI document with an example input of each route, which succeeds for the first demo user. */
export function addExamples(document: OpenAPIObject, ids: ExampleIds = PLACEHOLDERS): OpenAPIObject {
  const paths = structuredClone(document.paths);
  const inputs = inputsOf(ids);
  for (const { name, rest } of operations) {
    if (!rest) continue;
    const [method, path] = rest.split(' ') as [string, string];
    const route = paths[path]![method.toLowerCase() as 'get'] as unknown as RouteObject;
    addToRoute(route, { ...ids, ...inputs[name] }, inputs[name] ?? {}, document);
  }
  return { ...document, paths };
}

function addToRoute(route: RouteObject, values: Input, chosen: Input, document: OpenAPIObject): void {
  for (const parameter of route.parameters ?? [])
    if (parameter.required || parameter.name in chosen)
      parameter.example = exampleOf(parameter.name, parameter.schema ?? {}, values);
  const media = route.requestBody?.content['application/json'];
  if (!media) return;
  const { properties, required } = schemaOf(media.schema, document);
  const fields = Object.keys(properties).filter((field) => required.includes(field) || field in chosen);
  media.example = Object.fromEntries(
    fields.map((field) => [field, exampleOf(field, properties[field]!, values)]),
  );
}

function exampleOf(field: string, schema: Schema, values: Input): unknown {
  if (field in values) return values[field];
  if (schema.example !== undefined) return schema.example;
  if (schema.format === 'uuid') return PLACEHOLDER_ID;
  if (schema.enum) return schema.enum[0];
  return schema.type === 'integer' ? 1 : schema.type === 'boolean' ? true : 'text';
}

function schemaOf(
  { $ref }: { $ref: string },
  document: OpenAPIObject,
): { properties: Record<string, Schema>; required: string[] } {
  const { properties = {}, required = [] } = document.components!.schemas![$ref.split('/').at(-1)!] as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  return { properties, required };
}

/** Noon of the day in 30 days. */
function inAMonth(): string {
  const day = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString().slice(0, 10);
  return `${day}T12:00:00.000Z`;
}
