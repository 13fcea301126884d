import type { OpenAPIObject } from '@nestjs/swagger';
import { commands, events } from '../api-contract.js';
import type { ErrorKind } from '../kernel/errors/app-error.js';
import * as base from '../kernel/errors/base.errors.js';
import type { Event, Operation } from '../kernel/realtime/contract.js';
import { eventId } from './event-id.js';
import { introduction } from './events-introduction.js';
import { breakable, renderPage, prose } from './page.js';
import { linkTo, Schemas } from './schemas.js';

/** Every command and event of the socket, out of the contract. */
export function eventsPage(openApi: OpenAPIObject): string {
  const schemas = new Schemas(openApi);
  const shown = schemas.reachable([
    ...commands.map(({ output }) => output.name),
    ...events.map(({ payload }) => payload.name),
    ...schemas.partsOf(commands.map(({ input }) => input.name)),
    'ProblemDetailsDto',
  ]);
  return renderPage(
    '/docs/events',
    'Commands and events',
    `${introduction()}
<h2 id="commands">Commands</h2>
<p>Each may also be refused with what everything may be refused with: ${errorLinks(COMMON)}.</p>
${index(commands.map((command) => ({ id: command.name, name: command.name })))}
${table(
  ['Command', 'Input', 'Answer', 'Errors', 'Who may', 'Over REST'],
  commands.map((command) => commandRow(command, schemas, openApi)),
)}
<h2 id="events">Events</h2>
<p>What a durable event tells is kept: a client that was away gets it later. Any other event is told at most once.</p>
${index(events.map((event) => ({ id: eventId(event), name: event.name })))}
${table(
  ['Event', 'Who hears it', 'Kind', 'Payload'],
  events.map((event) => eventRow(event, schemas)),
)}
<h2 id="schemas">Schemas</h2>
${shown.map((name) => schemaTable(name, schemas)).join('\n')}`,
    STYLE,
  );
}

/** What everything may be refused with. */
const COMMON = [
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
      fieldList(schemas.fields(input.name)),
      linkTo(output.name),
      errorLinks(errors),
      prose(permissionOf(command)),
      restTwin(command, openApi),
    ],
  };
}

function eventRow(event: Event, schemas: Schemas): Row {
  const { payload, recipients: audience, durable } = event;
  const fields = schemas.fields(payload.name).map((field) => `<code>${field.name}</code>`);
  return {
    id: eventId(event),
    cells: [
      title(eventId(event), event),
      prose(audience),
      durable ? '<b class="durable">durable</b>' : 'at most once',
      `${linkTo(payload.name)}: ${fields.join(' ')}`,
    ],
  };
}

/** Who may, where the contract does not say: what it can be refused with tells. */
export function permissionOf({ permission, errors = [] }: Operation): string {
  if (permission) return permission;
  if (errors.includes(base.forbidden)) return 'who has the right: others get `forbidden`';
  return errors.includes(base.notFound) ? 'who can see it: others get `not_found`' : 'everybody with a token';
}

/** The same over REST, where Swagger UI can try it. */
function restTwin({ name, rest }: Operation, openApi: OpenAPIObject): string {
  if (!rest) return 'no';
  const [method, path] = rest.split(' ') as [string, string];
  const tag = openApi.paths[path]?.[method.toLowerCase() as 'get']?.tags?.[0] ?? 'default';
  return `<a href="/docs#/${encodeURIComponent(tag)}/${name}"><code>${breakable(rest)}</code></a>`;
}

function title(id: string, { name, summary }: Operation | Event): string {
  return `<a class="name" href="#${id}"><code>${name}</code></a><p>${prose(summary)}</p>`;
}

function errorLinks(errors: ErrorKind[]): string {
  return errors.map(({ code }) => `<a href="/docs/errors#${code}"><code>${code}</code></a>`).join(' ') || '–';
}

function fieldList(fields: ReturnType<Schemas['fields']>): string {
  const items = fields.map(
    ({ name, optional, type, meaning }) =>
      `<li><code>${name}${optional ? '?' : ''}</code> <small><i>${type}</i> ${meaning}</small>`,
  );
  return items.length > 0 ? `<ul>${items.join('')}</ul>` : 'nothing';
}

function index(words: { id: string; name: string }[]): string {
  return `<p class="index">${words.map(({ id, name }) => `<a href="#${id}"><code>${name}</code></a>`).join(' ')}</p>`;
}

function table(heads: string[], rows: Row[]): string {
  const cells = (all: string[]): string =>
    all.map((cell, place) => `<td data-head="${heads[place]}">${cell}</td>`).join('');
  return `<table class="words">
<thead><tr>${heads.map((head) => `<th>${head}</th>`).join('')}</tr></thead>
<tbody>
${rows.map((row) => `<tr id="${row.id}">${cells(row.cells)}</tr>`).join('\n')}
</tbody>
</table>`;
}

function schemaTable(name: string, schemas: Schemas): string {
  const rows = schemas
    .fields(name)
    .map((field) => ({ id: `${name}.${field.name}`, cells: [nameOf(field), field.type, field.meaning] }));
  return `<section id="${name}"><h3>${name}</h3>\n${table(['Field', 'Type', 'Meaning'], rows)}</section>`;
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
    .words td[data-head]:not(:first-child)::before { content: attr(data-head) ': '; font-weight: 600 }
  }
`;
