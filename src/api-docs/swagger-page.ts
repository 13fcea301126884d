import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { Express, Request } from 'express';
import { addExamples } from './examples.js';
import { addPathPrefix, renderDocument } from './page.js';
import type { DemoAccess } from './start-page.js';

const SIGN_IN = '/docs/sign-in.js';

/** Buttons above Swagger UI that authorize as a demo user. */
const SIGN_IN_SCRIPT = `window.addEventListener('load', () => {
  const tokens = TOKENS;
  const bar = document.getElementById('sign-in');
  if (Object.keys(tokens).length === 0) return;
  const state = document.createElement('span');
  for (const [name, token] of Object.entries(tokens)) {
    const button = document.createElement('button');
    button.textContent = name;
    button.onclick = () => {
      window.ui.preauthorizeApiKey('bearer', token);
      for (const other of bar.querySelectorAll('button')) other.disabled = other === button;
      state.textContent = 'Signed in as ' + name + '.';
    };
    bar.append(button);
  }
  bar.prepend('Sign in as ');
  bar.append(state);
});
`;

const STYLE = `
  :root { color-scheme: light; background: #fff }
  body { margin: 0 }
  #sign-in { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; max-width: 1460px; margin: 0 auto; padding: 1rem 20px 0; font: 15px system-ui, sans-serif }
  #sign-in:empty { display: none }
  #sign-in button { font: inherit; padding: .35rem 1rem; border: 1px solid #49cc90; border-radius: 4px; background: #fff; cursor: pointer }
  #sign-in button:disabled { background: #49cc90; color: #fff; cursor: default }
  .swagger-ui .info { margin: 1.2rem 0 }
  .swagger-ui .scheme-container { padding: 1rem 0; box-shadow: none; border-bottom: 1px solid #8884 }
  .swagger-ui .info hgroup.main a, .swagger-ui .servers-title, .swagger-ui .servers { display: none }
  @media (max-width: 40rem) {
    .swagger-ui .wrapper { padding: 0 .6rem }
    .swagger-ui .opblock-tag { flex-wrap: wrap; position: relative; padding-right: 3rem }
    .swagger-ui .opblock-tag small { flex-basis: 100%; padding: 0 }
    .swagger-ui .opblock-tag .expand-operation { position: absolute; top: .9rem; right: .6rem }
    .swagger-ui .filter .operation-filter-input { width: 100%; max-width: 100%; box-sizing: border-box }
    .swagger-ui .opblock .opblock-summary { flex-wrap: wrap }
    .swagger-ui .opblock .opblock-summary-path { max-width: none; word-break: break-all }
    .swagger-ui .opblock .opblock-summary-description { flex-basis: 100%; padding: 0 .4rem }
    .swagger-ui .opblock .opblock-section-header { flex-wrap: wrap; gap: .4rem }
    .swagger-ui :is(.parameters, .responses-table), .swagger-ui :is(.parameters, .responses-table) > tbody, .swagger-ui :is(.parameters, .responses-table) > tbody > tr, .swagger-ui :is(.parameters, .responses-table) > tbody > tr > td { display: block; width: auto; max-width: none; padding: .2rem 0 }
    .swagger-ui :is(.parameters, .responses-table) > thead, .swagger-ui .response-col_links { display: none !important }
    .swagger-ui .parameters-col_description input, .swagger-ui .parameters-col_description select { max-width: 100%; width: 100% }
    .swagger-ui .responses-inner, .swagger-ui .table-container { padding: .6rem; overflow-x: auto }
  }
`;

/** Swagger UI in the frame of the other pages. Its files are those of the package. */
const PAGE = renderDocument(
  '/docs/rest',
  'REST',
  `<link rel="stylesheet" href="/docs/rest/swagger-ui.css">
<style>${STYLE}</style>`,
  `<p id="sign-in"></p>
<div id="swagger-ui"></div>
<script src="/docs/rest/swagger-ui-bundle.js"></script>
<script src="/docs/rest/swagger-ui-standalone-preset.js"></script>
<script src="/docs/rest/swagger-ui-init.js"></script>
<script src="${SIGN_IN}"></script>`,
);

/** Serves Swagger UI at /docs/rest, and the OpenAPI document with examples of the demo data. */
export function serveSwaggerPage(
  app: NestExpressApplication,
  document: OpenAPIObject,
  { prefix, demo }: { prefix: string; demo: () => DemoAccess | undefined },
): void {
  const express: Express = app.getHttpAdapter().getInstance();
  const page = addPathPrefix(PAGE, prefix);
  express.get('/docs/rest', (_request, response) => void response.type('html').send(page));
  express.get(SIGN_IN, async (_request, response) => {
    const tokens = JSON.stringify((await demo()?.signTokens()) ?? {});
    response.set('Cache-Control', 'no-store');
    response.type('js').send(SIGN_IN_SCRIPT.replace('TOKENS', () => tokens));
  });
  SwaggerModule.setup('docs/rest', app, document, {
    jsonDocumentUrl: 'openapi.json',
    patchDocumentOnRequest: (request, _response, published) => {
      const { path } = request as Request;
      const withExamples = addExamples(published, demo()?.ids);
      // The page sends its requests to its own origin.
      return path.endsWith('.js') ? { ...withExamples, servers: [{ url: prefix || '/' }] } : withExamples;
    },
    swaggerOptions: {
      persistAuthorization: true,
      defaultModelsExpandDepth: -1,
      deepLinking: true,
      docExpansion: 'none',
      filter: true,
      layout: 'BaseLayout',
      tryItOutEnabled: true,
    },
  });
}
