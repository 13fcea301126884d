import type { OpenAPIObject } from '@nestjs/swagger';
import { commands, events } from '../api-contract.js';
import type { ErrorKind } from '../kernel/errors/app-error.js';
import * as base from '../kernel/errors/base.errors.js';
import type { Event, Operation } from '../kernel/realtime/contract.js';
import { eventId } from './asyncapi.js';
import { introduction } from './events-introduction.js';
import { toBreakablePath, renderPage, toHtml } from './page.js';
import { linkTo, Schemas } from './schemas.js';

/** Page with all commands and events of the socket, generated from the contract. */
export function eventsPage(openApi: OpenAPIObject): string {
  const schemas = new Schemas(openApi);
  const shown = schemas.listReachable([
    ...commands.map(({ output }) => output.name),
    ...events.map(({ payload }) => payload.name),
    ...schemas.listReferenced(commands.map(({ input }) => input.name)),
    'ProblemDetailsDto',
  ]);
  return renderPage(
    '/docs/events',
    'Commands and events',
    `${introduction()}
<h2 id="commands">Commands</h2>
<p>Errors of every command: ${errorLinks(COMMON_ERRORS)}.</p>
${linkList(commands.map((command) => ({ id: command.name, name: command.name })))}
${table(
  ['Command', 'Input', 'Result', 'Errors', 'Permission', 'REST route'],
  commands.map((command) => commandRow(command, schemas, openApi)),
)}
<h2 id="events">Events</h2>
<p>Sync repeats durable events for clients that missed them. Other events are delivered at most once.</p>
${linkList(events.map((event) => ({ id: eventId(event), name: event.name })))}
${table(
  ['Event', 'Recipients', 'Delivery', 'Payload'],
  events.map((event) => eventRow(event, schemas)),
)}
<h2 id="schemas">Schemas</h2>
${shown.map((name) => schemaTable(name, schemas)).join('\n')}`,
    STYLE,
  );
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

interface Row {
  id: string;
  cells: string[];
}

function commandRow(command: Operation, schemas: Schemas, openApi: OpenAPIObject): Row {
  const { name, input, output, errors = [] } = command;
  return {
    id: name,
    cells: [
      title(command.name, command),
      fieldList(schemas.listFields(input.name)),
      linkTo(output.name),
      errorLinks(errors),
      toHtml(permissionOf(command)),
      restLink(command, openApi),
    ],
  };
}

function eventRow(event: Event, schemas: Schemas): Row {
  const { payload, recipients, durable } = event;
  const fields = schemas.listFields(payload.name).map((field) => `<code>${field.name}</code>`);
  return {
    id: eventId(event),
    cells: [
      title(eventId(event), event),
      toHtml(recipients),
      durable ? '<b class="durable">durable</b>' : 'at most once',
      `${linkTo(payload.name)}: ${fields.join(' ')}`,
    ],
  };
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

function title(id: string, { name, summary }: Operation | Event): string {
  return `<a class="name" href="#${id}"><code>${name}</code></a><p>${toHtml(summary)}</p>`;
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

function linkList(entries: { id: string; name: string }[]): string {
  return `<p class="index">${entries.map(({ id, name }) => `<a href="#${id}"><code>${name}</code></a>`).join(' ')}</p>`;
}

function table(heads: string[], rows: Row[]): string {
  const cells = (all: string[]): string =>
    all.map((cell, place) => `<td data-head="${heads[place]}">${cell}</td>`).join('');
  return `<table class="responsive">
<thead><tr>${heads.map((head) => `<th>${head}</th>`).join('')}</tr></thead>
<tbody>
${rows.map((row) => `<tr id="${row.id}">${cells(row.cells)}</tr>`).join('\n')}
</tbody>
</table>`;
}

function schemaTable(name: string, schemas: Schemas): string {
  const rows = schemas
    .listFields(name)
    .map((field) => ({ id: `${name}.${field.name}`, cells: [nameOf(field), field.type, field.description] }));
  return `<section id="${name}"><h3>${name}</h3>\n${table(['Field', 'Type', 'Description'], rows)}</section>`;
}

function nameOf({ name, optional }: { name: string; optional: boolean }): string {
  return `<code>${name}${optional ? '?' : ''}</code>`;
}

const STYLE = `
  body { max-width: 90rem }
  h1 ~ p, h1 ~ ol, h1 ~ pre { max-width: 50rem }
  .index { max-width: none !important; line-height: 1.9 }
  .index a { margin-right: .5rem }
  .name { text-decoration: none; white-space: nowrap }
  .name code { font-size: 1em; font-weight: bold }
  .durable { color: light-dark(#146c43, #75d69c) }
  td p { margin: .2rem 0 0 }
  td ul { margin: 0; padding: 0; list-style: none }
  td li + li { margin-top: .3rem }
  small { color: var(--dim) }
  td:nth-child(2) > ul { min-width: 17rem }
  th { position: sticky; top: 0; background: Canvas; white-space: nowrap }
  tr, section { scroll-margin-top: 3rem }
  @media (max-width: 76rem) {
    table, tbody, tr, td { display: block }
    thead { display: none }
    tr { padding: .6rem .4rem; border-bottom: 1px solid var(--line) }
    td { border: 0; padding: .15rem 0; overflow-wrap: anywhere }
    td:nth-child(2) > ul { min-width: 0 }
    .responsive td[data-head]:not(:first-child)::before { content: attr(data-head) ': '; font-weight: 600 }
  }
`;
