import type { OpenAPIObject } from '@nestjs/swagger';
import { commands, events } from '../api-contract.js';
import type { ErrorKind } from '../kernel/errors/app-error.js';
import * as base from '../kernel/errors/base.errors.js';
import type { Event, Operation } from '../kernel/realtime/contract.js';
import { eventId } from './asyncapi.js';
import { introduction } from './events-introduction.js';
import { SEARCH_SCRIPT } from './events-search.js';
import { escapeHtml, renderPage, toBreakablePath, toHtml } from './page.js';
import { linkTo, Schemas } from './schemas.js';

const byName = (one: { name: string }, other: { name: string }): number => (one.name < other.name ? -1 : 1);
const sortedCommands = [...commands].sort(byName);
const sortedEvents = [...events].sort(byName);

/** Page with all commands and events of the socket, generated from the contract. */
export function eventsPage(openApi: OpenAPIObject, prefix: string): string {
  const schemas = new Schemas(openApi);
  const shown = schemas.listReachable([
    ...commands.map(({ output }) => output.name),
    ...events.map(({ payload }) => payload.name),
    ...schemas.listReferenced(commands.map(({ input }) => input.name)),
    'ProblemDetailsDto',
  ]);
  const body = `${introduction(prefix)}
<h2 id="commands">Commands</h2>
<p>Errors of every command: ${errorLinks(COMMON_ERRORS)}.</p>
${sortedCommands.map((command) => commandSection(command, schemas, openApi)).join('\n')}
<h2 id="events">Events</h2>
<p>Sync repeats durable events for clients that missed them. Other events are delivered at most once.</p>
${sortedEvents.map((event) => eventSection(event, schemas)).join('\n')}
<h2 id="schemas">Schemas</h2>
${shown.map((name) => schemaSection(name, schemas)).join('\n')}`;
  const sidebar = `<input type="search" placeholder="Search" aria-label="Search" autocomplete="off">
<p class="result" role="status" hidden></p>
<a href="#introduction">Introduction</a>
${group(
  'Commands',
  sortedCommands.map(({ name }) => [name, name] as const),
)}
${group(
  'Events',
  sortedEvents.map((event) => [eventId(event), event.name] as const),
)}
${group(
  'Schemas',
  shown.map((name) => [name, name] as const),
)}`;
  return renderPage('/docs/events', 'Commands and events', body, {
    style: STYLE,
    sidebar,
    script: SEARCH_SCRIPT,
  });
}

/** Errors of every operation. */
const COMMON_ERRORS = [
  base.validationFailed,
  base.unauthenticated,
  base.tokenExpired,
  base.payloadTooLarge,
  base.rateLimited,
  base.internalError,
  base.serviceUnavailable,
];

function commandSection(command: Operation, schemas: Schemas, openApi: OpenAPIObject): string {
  const { name, summary, input, output, errors = [] } = command;
  return section(name, name, summary, [
    ['Input', fieldList(schemas.listFields(input.name))],
    ['Result', linkTo(output.name)],
    ['Errors', errorLinks(errors)],
    ['Permission', toHtml(permissionOf(command))],
    ['REST route', restLink(command, openApi)],
  ]);
}

function eventSection(event: Event, schemas: Schemas): string {
  const { name, summary, payload, recipients, durable } = event;
  const fields = schemas.listFields(payload.name).map((field) => `<code>${field.name}</code>`);
  return section(eventId(event), name, summary, [
    ['Payload', `${linkTo(payload.name)}: ${fields.join(' ')}`],
    ['Recipients', toHtml(recipients)],
    ['Delivery', durable ? '<b class="durable">durable</b>' : 'at most once'],
  ]);
}

function schemaSection(name: string, schemas: Schemas): string {
  const rows = schemas
    .listFields(name)
    .map(
      ({ name: field, optional, type, description }) =>
        `<tr id="${name}.${field}"><td><code>${field}${optional ? '?' : ''}</code></td><td>${type}</td><td>${description}</td></tr>`,
    );
  return `<section id="${name}"><h3>${name}</h3>
<table class="stacked"><thead><tr><th>Field</th><th>Type</th><th>Description</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></section>`;
}

function section(id: string, name: string, summary: string, parts: [string, string][]): string {
  const list = parts.map(([head, text]) => `<dt>${head}</dt><dd>${text}</dd>`).join('\n');
  return `<section id="${id}"><h3><a href="#${id}"><code>${escapeHtml(name)}</code></a></h3>
<p>${toHtml(summary)}</p>
<dl>${list}</dl></section>`;
}

/** Permission text of an operation. */
export function permissionOf({ permission }: Operation): string {
  return [permission].flat().join(', ');
}

/** Link to the REST route in Swagger UI. */
function restLink({ name, rest }: Operation, openApi: OpenAPIObject): string {
  if (!rest) return 'no';
  const [method, path] = rest.split(' ') as [string, string];
  const tag = openApi.paths[path]?.[method.toLowerCase() as 'get']?.tags?.[0] ?? 'default';
  return `<a href="/docs/rest#/${encodeURIComponent(tag)}/${name}"><code>${toBreakablePath(rest)}</code></a>`;
}

function errorLinks(errors: ErrorKind[]): string {
  return errors.map(({ code }) => `<a href="/docs/errors#${code}"><code>${code}</code></a>`).join(' ') || '–';
}

function fieldList(fields: ReturnType<Schemas['listFields']>): string {
  const items = fields.map(
    ({ name, optional, type, description }) =>
      `<li><code>${name}${optional ? '?' : ''}</code> <small><i>${type}</i> ${description}</small>`,
  );
  return items.length > 0 ? `<ul>${items.join('')}</ul>` : 'none';
}

/** Links of the sidebar under one heading. */
function group(heading: string, entries: (readonly [id: string, name: string])[]): string {
  const items = entries.map(([id, name]) => `<li><a href="#${id}">${name}</a>`).join('\n');
  return `<details open><summary>${heading}</summary><ul>\n${items}\n</ul></details>`;
}

const STYLE = `
  html { scroll-padding-top: 1rem }
  .columns { display: grid; grid-template-columns: 17rem minmax(0, 1fr); max-width: 82rem; margin: 0 auto }
  main { max-width: none; margin: 0; padding: 0 2rem 4rem }
  main > p, section > p, section > ol, section > pre { max-width: 50rem }
  aside { position: sticky; top: 0; max-height: 100vh; box-sizing: border-box; overflow-y: auto; padding: 1rem; border-right: 1px solid var(--line); font-size: .9rem }
  aside input { width: 100%; box-sizing: border-box; font: inherit; font-size: 1rem; padding: .4rem .6rem; margin-bottom: .6rem }
  aside summary { font-weight: 600; padding: .3rem 0; cursor: pointer }
  aside ul { list-style: none; margin: 0 0 .6rem; padding: 0 }
  aside a { display: block; padding: .1rem 0; text-decoration: none; overflow-wrap: anywhere }
  aside .result { margin: 0 0 .4rem; color: var(--dim) }
  h3 { margin: 0 0 .3rem }
  h3 a { text-decoration: none }
  h3 code { font-size: 1rem }
  section + section, h2 ~ section { padding: 1rem 0; border-top: 1px solid var(--line) }
  section p { margin: .2rem 0 .6rem }
  dl { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: .3rem .8rem; margin: 0 }
  dt { color: var(--dim) }
  dd { margin: 0; min-width: 0; overflow-wrap: anywhere }
  dd ul { margin: 0; padding: 0; list-style: none }
  dd li + li { margin-top: .3rem }
  .durable { color: light-dark(#146c43, #75d69c) }
  small { color: var(--dim); font-size: .875em }
  [hidden] { display: none !important }
  @media (max-width: 60rem) {
    html { scroll-padding-top: 6.5rem }
    .columns { display: block }
    main { padding: 0 1rem 4rem }
    aside { max-height: 60vh; background: Canvas; border: 0; border-bottom: 1px solid var(--line); padding: .6rem 1rem }
    aside { display: flex; flex-wrap: wrap; gap: .2rem 1rem }
    aside input { margin: 0 }
    aside > a { display: none }
    aside details[open], aside .result { flex-basis: 100%; margin: 0 }
    aside a { padding: .35rem 0 }
    dl { display: block }
    dd { margin: 0 0 .5rem }
  }
`;
