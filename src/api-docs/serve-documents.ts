import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Express, Request } from 'express';
import { Config } from '../kernel/config/config.js';
import { pathPrefixOf } from '../kernel/http/path-prefix.js';
import { asyncApiDocument } from './asyncapi.js';
import { serveAsyncApiPage } from './asyncapi-page.js';
import { errorsPage } from './errors-page.js';
import { ORIGIN } from './events-introduction.js';
import { eventsPage } from './events-page.js';
import { serveSearchScript } from './events-search.js';
import { openApiDocument } from './openapi.js';
import { publishOpenApi } from './openapi-publication.js';
import { addPathPrefix, escapeHtml } from './page.js';
import { startPage, type DemoAccess } from './start-page.js';
import { serveSwaggerPage } from './swagger-page.js';

type ToHtml = (origin: string) => string | Promise<string>;

/**
 * Serves the start page at /docs, the pages below it, and the OpenAPI and AsyncAPI documents. The demo users are known only
 * after the start, so the pages that show them are rendered for each request.
 */
export function serveDocuments(app: NestExpressApplication): void {
  const { publicUrl } = app.get(Config);
  const prefix = pathPrefixOf(publicUrl);
  const document = openApiDocument(app, prefix);
  const asyncApi = asyncApiDocument(document, publicUrl);
  const express: Express = app.getHttpAdapter().getInstance();
  const demo = (): DemoAccess | undefined => express.locals.demo as DemoAccess | undefined;
  const events = eventsPage(document, prefix);
  const pages: Record<string, ToHtml> = {
    '/docs': (origin) => startPage(origin + prefix, demo()),
    '/docs/events': (origin) => events.replaceAll(ORIGIN, escapeHtml(origin)),
    '/docs/errors': () => errorsPage(),
  };
  express.get('/', (_request, response) => response.redirect(`${prefix}/docs`));
  express.get('/asyncapi.json', (_request, response) => void response.json(asyncApi));
  for (const [path, toPage] of Object.entries(pages))
    express.get(path, async (request, response) => {
      const origin = publicUrl ? new URL(publicUrl).origin : originOf(request);
      response.type('html').send(addPathPrefix(await toPage(origin), prefix));
    });
  serveSearchScript(express);
  serveAsyncApiPage(express, prefix);
  serveSwaggerPage(app, publishOpenApi(document, publicUrl), { prefix, demo });
}

/** Makes the demo users known to the pages. */
export function showDemo(app: NestExpressApplication, demo: DemoAccess): void {
  app.getHttpAdapter().getInstance().locals.demo = demo;
}

/** Origin of this server as the client named it. */
function originOf({ protocol, headers }: Request): string {
  return `${protocol}://${headers.host}`;
}
