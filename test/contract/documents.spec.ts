import type { OpenAPIObject } from '@nestjs/swagger';
import { io } from 'socket.io-client';
import { operations } from '../../src/api-contract.js';
import { PLACEHOLDER_ID } from '../../src/api-docs/examples.js';
import { showDemo } from '../../src/api-docs/serve-documents.js';
import { seedDemo, type Demo } from '../../src/bootstrap/demo.js';
import { Config } from '../../src/kernel/config/config.js';
import type { Operation } from '../../src/kernel/realtime/contract.js';
import { toValidDto } from '../../src/kernel/validation/dto-validation.pipe.js';
import { startTestServer, type TestServer } from '../support/servers/test-server.js';

const PUBLIC_URL = 'https://example.com/chat';
const PAGES = ['/docs', '/docs/rest', '/docs/events', '/docs/asyncapi', '/docs/errors'];
/** Examples that take away what others need, in the order in which all of them succeed. */
const LAST = [
  'message.hide',
  'message.delete',
  'scheduled_message.send',
  'poll.close',
  'block.add',
  'block.remove',
  'member.remove',
  'conversation.delete',
];
/** The message of `scheduled_message.send` is waiting no more. */
const LEFT_OUT = 'scheduled_message.cancel';

interface Parameter {
  name: string;
  in: 'path' | 'query';
  example?: unknown;
}
interface Route {
  parameters: Parameter[];
  requestBody?: { content: Record<string, { example?: Record<string, unknown> }> };
}
interface Example {
  operation: Operation;
  method: string;
  path: string;
  query: Record<string, string>;
  body: Record<string, unknown> | undefined;
  input: Record<string, unknown>;
}

/** Each page contains new tokens. */
const withoutTokens = (html: string): string => html.replace(/eyJ[\w.-]+/g, 'token');

/** Server with demo users behind a proxy with a path prefix. */
describe('The documents', () => {
  let server: TestServer;
  let demo: Demo;
  let openApi: OpenAPIObject;

  beforeAll(async () => {
    server = await startTestServer({ publicUrl: PUBLIC_URL });
    demo = await seedDemo(server.app, server.app.get(Config));
    showDemo(server.app, demo);
    openApi = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenAPIObject;
  });
  afterAll(() => server.stop());

  const textOf = async (path: string): Promise<string> => (await fetch(server.url + path)).text();

  function exampleOf(operation: Operation): Example {
    const [method, template] = operation.rest!.split(' ') as [string, string];
    const route = openApi.paths[template]![method.toLowerCase() as 'get'] as unknown as Route;
    const given = (route.parameters ?? []).filter(({ example }) => example !== undefined);
    const valuesIn = (place: string): Record<string, string> =>
      Object.fromEntries(
        given
          .filter((parameter) => parameter.in === place)
          .map(({ name, example }) => [name, String(example)]),
      );
    const inPath = valuesIn('path');
    const query = valuesIn('query');
    const body = route.requestBody?.content['application/json']?.example;
    const path = template.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(inPath[name]!));
    return { operation, method, path, query, body, input: { ...inPath, ...query, ...body } };
  }

  const examples = (): Example[] =>
    operations
      .filter(({ rest, multipart }) => rest !== null && !multipart)
      .map(exampleOf)
      .sort((one, other) => LAST.indexOf(one.operation.name) - LAST.indexOf(other.operation.name));

  describe('below a path prefix', () => {
    it.each(PAGES)('link with the prefix, which the proxy may keep or remove: %s', async (path) => {
      const [removed, kept] = [await textOf(path), await textOf(`/chat${path}`)];
      expect(withoutTokens(kept)).toBe(withoutTokens(removed));
      const links = [...kept.matchAll(/(?:href|src)="(\/[^"#]*)/g)].map(([, link]) => link!);
      expect(links.length).toBeGreaterThan(3);
      for (const link of new Set(links)) {
        expect(link).toMatch(/^\/chat\//);
        for (const address of [link, link.slice('/chat'.length)])
          expect([address, (await fetch(server.url + address)).status]).toEqual([address, 200]);
      }
    });

    it('contain the public address', async () => {
      expect(openApi.servers).toEqual([{ url: PUBLIC_URL }]);
      expect(await textOf('/docs')).toContain(`${PUBLIC_URL}/v1/messages`);
      expect(await textOf('/docs/events')).toContain(
        `io('https://example.com', {\n  path: '/chat/socket.io',`,
      );
      expect(JSON.parse(await textOf('/asyncapi.json'))).toMatchObject({
        servers: { server: { host: 'example.com', protocol: 'wss' } },
        channels: { socket: { address: '/chat/socket.io/' } },
      });
      for (const text of [openApi.info.description, await textOf('/asyncapi.json')])
        expect(text).toContain('(/chat/docs/events)');
      expect(await textOf('/chat/docs/rest/swagger-ui-init.js')).toContain('"url": "/chat"');
    });

    it.each(['/', '/chat', '/chat/'])('are the destination of %s', async (path) => {
      const { status, headers } = await fetch(server.url + path, { redirect: 'manual' });
      expect([status, headers.get('location')]).toEqual([302, '/chat/docs']);
    });

    it('work beside sockets and routes', async () => {
      const authorization = `Bearer ${demo.tokens.alice}`;
      const created = await fetch(`${server.url}/chat/v1/conversations`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ type: 'group' }),
      });
      expect(created.headers.get('location')).toMatch(/^\/chat\/v1\/conversations\/[\da-f-]{36}$/);
      for (const transport of ['websocket', 'polling']) {
        const socket = io(server.url, {
          path: '/chat/socket.io',
          transports: [transport],
          auth: { token: demo.tokens.alice },
          reconnection: false,
          forceNew: true,
        });
        await new Promise<void>((resolve, reject) => {
          socket.once('connect', resolve);
          socket.once('connect_error', reject);
        });
        socket.disconnect();
      }
    });
  });

  it('have an example of each route that its DTO accepts', () => {
    const refused = examples().filter(({ operation, input }) => {
      try {
        return !toValidDto(operation.input, input);
      } catch {
        return true;
      }
    });
    expect(refused.map(({ operation, input }) => [operation.name, input])).toEqual([]);
  });

  it('have examples that succeed on the demo data', async () => {
    const done: string[] = [];
    const failures: unknown[] = [];
    for (const { operation, method, path, query, body, input } of examples()) {
      const { name, permission } = operation;
      if (permission === 'public' || permission === 'host admin' || name === LEFT_OUT) continue;
      if (JSON.stringify(input).includes(PLACEHOLDER_ID) && name !== 'attachment.list') continue;
      const answer = await fetch(`${server.url}${path}?${new URLSearchParams(query).toString()}`, {
        method,
        headers: {
          authorization: `Bearer ${demo.tokens.alice}`,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      if (!answer.ok) failures.push([name, answer.status, await answer.text()]);
      done.push(name);
    }
    expect(failures).toEqual([]);
    expect(done.length).toBeGreaterThan(55);
  });
});
