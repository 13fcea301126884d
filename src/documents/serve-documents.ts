import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import type { Express } from 'express';
import { asyncApiDocument } from './asyncapi.js';
import { errorsPage } from './errors-page.js';
import { openApiDocument } from './openapi.js';

/** Swagger UI at /docs, the catalogue of errors, and the two documents for machines. */
export function serveDocuments(app: NestExpressApplication): void {
  const document = openApiDocument(app);
  const asyncApi = asyncApiDocument(document);
  const express: Express = app.getHttpAdapter().getInstance();
  express.get('/asyncapi.json', (_request, response) => void response.json(asyncApi));
  express.get('/docs/errors', (_request, response) => void response.type('html').send(errorsPage()));
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'TMS Messaging Server',
    swaggerOptions: { persistAuthorization: true, defaultModelsExpandDepth: 0 },
  });
}
