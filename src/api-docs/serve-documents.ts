import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import type { Express } from 'express';
import { errorCatalogue } from '../kernel/errors/app-error.js';
import { asyncApiDocument } from './asyncapi.js';
import { serveAsyncApiPage } from './asyncapi-page.js';
import { eventsPage } from './events-page.js';
import { openApiDocument } from './openapi.js';
import { publishOpenApi } from './openapi-publication.js';
import { renderPage } from './page.js';

/** Serves the pages below /docs and the OpenAPI and AsyncAPI documents. */
export function serveDocuments(app: NestExpressApplication): void {
  const document = openApiDocument(app);
  const asyncApi = asyncApiDocument(document);
  const pages = { '/docs/events': eventsPage(document), '/docs/errors': errorsPage() };
  const express: Express = app.getHttpAdapter().getInstance();
  express.get('/asyncapi.json', (_request, response) => void response.json(asyncApi));
  for (const [path, html] of Object.entries(pages))
    express.get(path, (_request, response) => void response.type('html').send(html));
  serveAsyncApiPage(express);
  SwaggerModule.setup('docs', app, publishOpenApi(document), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'TMS Messaging Server',
    swaggerOptions: { persistAuthorization: true, defaultModelsExpandDepth: 0, deepLinking: true },
  });
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
