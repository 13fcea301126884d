import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { Express } from 'express';
import { asyncApiDocument } from './asyncapi.js';
import { events, operations } from './contract.js';
import { errorsPage } from './errors-page.js';
import { describeInputs } from './openapi-inputs.js';

type App = Parameters<typeof SwaggerModule.createDocument>[0];

/** The OpenAPI document, out of the controllers and the contract. */
export function openApiDocument(app: App): OpenAPIObject {
  const info = new DocumentBuilder()
    .setTitle('TMS Messaging Server')
    .setDescription('REST of the messaging server. The same commands go over Socket.IO: see /asyncapi.json.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const extraModels = [
    ...operations.flatMap(({ input, output }) => [input, output]),
    ...events.map(({ payload }) => payload),
  ];
  return describeInputs(SwaggerModule.createDocument(app, info, { extraModels }));
}

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
