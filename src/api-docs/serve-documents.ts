import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import type { Express } from 'express';
import { asyncApiDocument } from './asyncapi.js';
import { serveAsyncApiPage } from './asyncapi-page.js';
import { errorsPage } from './errors-page.js';
import { eventsPage } from './events-page.js';
import { openApiDocument } from './openapi.js';

/** The pages for people below /docs, and the two documents for machines. */
export function serveDocuments(app: NestExpressApplication): void {
  const document = openApiDocument(app);
  const asyncApi = asyncApiDocument(document);
  const pages = { '/docs/events': eventsPage(document), '/docs/errors': errorsPage() };
  const express: Express = app.getHttpAdapter().getInstance();
  express.get('/asyncapi.json', (_request, response) => void response.json(asyncApi));
  for (const [path, html] of Object.entries(pages))
    express.get(path, (_request, response) => void response.type('html').send(html));
  serveAsyncApiPage(express);
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'TMS Messaging Server',
    swaggerOptions: { persistAuthorization: true, defaultModelsExpandDepth: 0, deepLinking: true },
  });
}
