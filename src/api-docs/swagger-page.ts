import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { Express } from 'express';
import type { DemoAccess } from './start-page.js';

const SIGN_IN = '/docs/sign-in.js';

/** Buttons above Swagger UI that authorize as a demo user. */
const SIGN_IN_SCRIPT = `window.addEventListener('load', () => {
  const tokens = TOKENS;
  const bar = document.createElement('p');
  bar.style = 'font: 14px sans-serif; text-align: center; margin: 1rem';
  bar.append('Sign in as ');
  for (const [name, token] of Object.entries(tokens)) {
    const button = document.createElement('button');
    button.textContent = name;
    button.style = 'margin: 0 .3rem; padding: .3rem .8rem';
    button.onclick = () => {
      window.ui.preauthorizeApiKey('bearer', token);
      for (const other of bar.children) other.disabled = other === button;
    };
    bar.append(button);
  }
  const start = document.createElement('a');
  start.href = '/docs';
  start.textContent = 'All documents';
  if (Object.keys(tokens).length === 0) bar.replaceChildren(start);
  else bar.append(' · ', start);
  document.body.prepend(bar);
});
`;

/** Serves Swagger UI at /docs/rest, and the OpenAPI document. */
export function serveSwaggerPage(
  app: NestExpressApplication,
  document: OpenAPIObject,
  demo: () => DemoAccess | undefined,
): void {
  const express: Express = app.getHttpAdapter().getInstance();
  express.get(SIGN_IN, (_request, response) => {
    const tokens = JSON.stringify(demo()?.tokens ?? {});
    response.type('js').send(SIGN_IN_SCRIPT.replace('TOKENS', () => tokens));
  });
  SwaggerModule.setup('docs/rest', app, document, {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'REST · TMS Messaging Server',
    customJs: SIGN_IN,
    swaggerOptions: { persistAuthorization: true, defaultModelsExpandDepth: 0, deepLinking: true },
  });
}
