import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Express, Request } from 'express';
import { errorCatalogue } from '../kernel/errors/app-error.js';
import { asyncApiDocument } from './asyncapi.js';
import { serveAsyncApiPage } from './asyncapi-page.js';
import { ORIGIN } from './events-introduction.js';
import { eventsPage } from './events-page.js';
import { openApiDocument } from './openapi.js';
import { publishOpenApi } from './openapi-publication.js';
import { escapeHtml, renderPage } from './page.js';
import { startPage, type DemoAccess } from './start-page.js';
import { serveSwaggerPage } from './swagger-page.js';

/**
 * Serves the start page at /docs, the pages below it, and the OpenAPI and AsyncAPI documents. The demo users are known only
 * after the start, so the pages that show them are rendered for each request.
 */
export function serveDocuments(app: NestExpressApplication): void {
  const document = openApiDocument(app);
  const asyncApi = asyncApiDocument(document);
  const pages = { '/docs/events': eventsPage(document), '/docs/errors': errorsPage() };
  const express: Express = app.getHttpAdapter().getInstance();
  const demo = (): DemoAccess | undefined => express.locals.demo as DemoAccess | undefined;
  express.get('/', (_request, response) => response.redirect('/docs'));
  express.get(
    '/docs',
    (request, response) => void response.type('html').send(startPage(originOf(request), demo())),
  );
  express.get('/asyncapi.json', (_request, response) => void response.json(asyncApi));
  for (const [path, html] of Object.entries(pages))
    express.get(
      path,
      (request, response) =>
        void response.type('html').send(html.replaceAll(ORIGIN, escapeHtml(originOf(request)))),
    );
  serveAsyncApiPage(express);
  serveSwaggerPage(app, publishOpenApi(document), demo);
}

/** Makes the demo users known to the pages. */
export function showDemo(app: NestExpressApplication, demo: DemoAccess): void {
  app.getHttpAdapter().getInstance().locals.demo = demo;
}

/** Address of this server as the client named it. */
function originOf({ protocol, headers }: Request): string {
  return `${protocol}://${headers.host}`;
}

/** Page with all error codes, linked by the `type` of problem details. */
function errorsPage(): string {
  const rows = errorCatalogue()
    .sort((one, other) => one.status - other.status || one.code.localeCompare(other.code))
    .map(
      ({ code, status, title }) =>
        `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`,
    );
  return renderPage(
    '/docs/errors',
    'Errors',
    `<p>REST returns errors as problem details (RFC 9457); the acknowledgement of a command contains the same object as
<code>error</code>. Errors are identified by <code>code</code>. A request with an unknown outcome (timeout, 5xx, disconnect) can
be repeated safely with the same <code>clientId</code>.</p>
<table>
<thead><tr><th>code</th><th>status</th><th>meaning</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`,
  );
}
