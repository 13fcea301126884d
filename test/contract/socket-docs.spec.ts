import { commands, events } from '../../src/api-contract.js';
import { eventId } from '../../src/api-docs/asyncapi.js';
import { permissionOf } from '../../src/api-docs/events-page.js';
import { errorCatalogue } from '../../src/kernel/errors/app-error.js';
import { FIELD_CODES } from '../../src/kernel/errors/field-codes.js';
import { startTestServer, type TestServer } from '../support/servers/test-server.js';

const PAGES = ['/docs', '/docs/rest', '/docs/events', '/docs/asyncapi', '/docs/errors'];
const YEAR = 'public, max-age=31536000, immutable';

describe('The pages of the socket', () => {
  let server: TestServer;
  let html: string;

  beforeAll(async () => {
    server = await startTestServer();
    html = await (await fetch(`${server.url}/docs/events`)).text();
  });

  afterAll(() => server.stop());

  /** Text of the element with this id, without tags. */
  function textOf(id: string, tag = 'section'): string {
    const found = new RegExp(`<${tag} id="${id.replaceAll('.', '\\.')}">(.*?)</${tag}>`, 's').exec(html)?.[1];
    return (found ?? '')
      .replaceAll('<wbr>', '')
      .replace(/<[^>]+>/g, ' ')
      .replace(/&#(\d+);/g, (_all, code) => String.fromCharCode(Number(code)));
  }

  const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);
  const plain = (text: string): string => words(text.replaceAll('`', ' ')).join(' ');
  const fieldsOf = (schema: string): string[] =>
    [...html.matchAll(new RegExp(`<tr id="${schema}\\.(\\w+)">`, 'g'))].map(([, field]) => field!);

  it.each(commands.map((command) => [command.name, command] as const))(
    'describe the command %s: input, result, errors, permission and REST route',
    (name, command) => {
      const row = words(textOf(name)).join(' ');
      const { summary, output, errors = [], rest } = command;
      for (const expectedText of [summary, permissionOf(command), rest ?? 'no'])
        expect(row).toContain(plain(expectedText));
      for (const { code } of errors) expect(row).toContain(code);
      expect(row).toContain(output.name);
      expect(html).toContain(`href="#${name}"`);
    },
  );

  it.each(events.map((event) => [event.name, event] as const))(
    'describe the event %s: recipients, payload and durability',
    (_name, event) => {
      const { summary, recipients: recipientsText, durable, payload } = event;
      const row = words(textOf(eventId(event))).join(' ');
      for (const expectedText of [
        summary,
        recipientsText,
        durable ? 'durable' : 'at most once',
        payload.name,
      ])
        expect(row).toContain(plain(expectedText));
      expect(fieldsOf(payload.name).length).toBeGreaterThan(0);
      for (const field of fieldsOf(payload.name)) expect(words(row)).toContain(field);
    },
  );

  it('contain all fields of all inputs', async () => {
    const asyncApi = await (await fetch(`${server.url}/asyncapi.json`)).json();
    const { schemas } = (asyncApi as { components: { schemas: Record<string, { properties?: object }> } })
      .components;
    for (const { name, input } of commands)
      for (const field of Object.keys(schemas[input.name]!.properties ?? {}))
        expect(words(textOf(name).replaceAll('?', ''))).toContain(field);
  });

  it('have no broken links', async () => {
    const anchors = [...html.matchAll(/href="#([^"]+)"/g)].map(([, anchor]) => anchor!);
    expect(anchors.length).toBeGreaterThan(commands.length + events.length);
    expect([...new Set(anchors)].filter((anchor) => !html.includes(`id="${anchor}"`))).toEqual([]);
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
    expect(ids).toEqual([...new Set(ids)]);
    const errors = await (await fetch(`${server.url}/docs/errors`)).text();
    const codes = [...html.matchAll(/\/docs\/errors#(\w+)/g)].map(([, code]) => code!);
    expect(codes.filter((code) => !errors.includes(`<tr id="${code}">`))).toEqual([]);
  });

  it.each(PAGES)('load no external files: %s', async (path) => {
    const page = await fetch(server.url + path);
    expect(page.status).toBe(200);
    const loaded = [...(await page.text()).matchAll(/(?:src|href)="([^"#]+)/g)]
      .map(([, link]) => new URL(link!, server.url + path))
      .filter(({ protocol }) => protocol !== 'data:');
    for (const link of loaded) {
      expect(link.origin).toBe(server.url);
      expect([link.pathname, (await fetch(link)).status]).toEqual([link.pathname, 200]);
    }
  });

  it('link to each other', async () => {
    for (const path of PAGES) {
      const text = await (await fetch(server.url + path)).text();
      for (const other of PAGES.filter((page) => page !== path)) expect(text).toContain(`href="${other}"`);
    }
  });

  it('permit eval on the AsyncAPI page only', async () => {
    const scripts = async (path: string): Promise<string | undefined> => {
      const policy = (await fetch(server.url + path)).headers.get('content-security-policy')!;
      return policy.split(';').find((directive) => directive.startsWith('script-src '));
    };
    for (const path of [...PAGES, '/asyncapi.json', '/docs/asyncapi/start.js'])
      expect([path, await scripts(path)]).toEqual([
        path,
        path === '/docs/asyncapi' ? "script-src 'self' 'unsafe-eval'" : "script-src 'self'",
      ]);
    for (const path of PAGES)
      expect(await (await fetch(server.url + path)).text()).not.toMatch(/<script(?! src="\/)/);
  });

  it('have a sidebar with a link to each command, event and schema, and a search', () => {
    const sidebar = /<aside>.*?<\/aside>/s.exec(html)![0];
    const schemas = [...html.matchAll(/<section id="(\w+Dto)">/g)].map(([, name]) => name!);
    expect(schemas.length).toBeGreaterThan(50);
    for (const id of [...commands.map(({ name }) => name), ...events.map(eventId), ...schemas])
      expect(sidebar).toContain(`<li><a href="#${id}">`);
    expect(sidebar).toContain('<input type="search"');
    expect(html).toContain('<script src="/docs/search.js">');
  });

  it('show the address of the server in the sample, which renews its token', () => {
    const sample = textOf('introduction').replaceAll(/\s+/g, ' ');
    expect(sample).toContain(`io('${server.url}'`);
    for (const part of ['fetchToken()', 'session.expiring', 'session.refresh'])
      expect(sample).toContain(part);
  });

  it('describe all error codes and all codes of invalid fields', async () => {
    const errors = await (await fetch(`${server.url}/docs/errors`)).text();
    for (const code of Object.keys(FIELD_CODES)) expect(errors).toContain(`<tr id="field-${code}">`);
    for (const { code } of errorCatalogue()) expect(errors).toContain(`<tr id="${code}">`);
  });

  it('make large immutable files cacheable', async () => {
    const page = await (await fetch(`${server.url}/docs/asyncapi`)).text();
    const cachedPaths = [...page.matchAll(/"(\/docs\/asyncapi\/\d[^"]+)"/g)].map(([, path]) => path!);
    expect(cachedPaths).toHaveLength(2);
    for (const path of cachedPaths) {
      const { headers } = await fetch(server.url + path);
      expect([path, headers.get('cache-control')]).toEqual([path, YEAR]);
    }
  });
});
