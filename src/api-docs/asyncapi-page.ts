import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Express, Response } from 'express';
import { renderDocument } from './page.js';

const MANIFEST = require.resolve('@asyncapi/react-component/package.json');
const { version } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { version: string };
const SCRIPT = 'browser/standalone/index.js';
const STYLES = 'styles/default.min.css';
/** An address never changes what it stands for, so browsers keep these three megabytes. */
const addressOf = (file: string): string => `/docs/asyncapi/${version}/${file}`;
const START = '/docs/asyncapi/start.js';
const POLICY = 'Content-Security-Policy';

const PAGE = renderDocument(
  '/docs/asyncapi',
  'AsyncAPI',
  `<link rel="stylesheet" href="${addressOf(STYLES)}">
<style>
  :root { color-scheme: light; background: #fff }
  body { margin: 0; font: 16px/1.5 system-ui, sans-serif }
  nav { padding: 1rem 2rem .6rem }
  .aui-root code::before, .aui-root code::after { content: none !important }
</style>`,
  `<div id="asyncapi"></div>
<script src="${addressOf(SCRIPT)}"></script>
<script src="${START}"></script>`,
);

const START_SCRIPT = `fetch('/asyncapi.json')
  .then((answer) => answer.json())
  .then((schema) =>
    AsyncApiStandalone.render(
      { schema, config: { show: { sidebar: true, errors: true } } },
      document.getElementById('asyncapi'),
    ),
  );
`;

/** Shows the AsyncAPI document with the component of its makers; nothing of it comes from elsewhere. */
export function serveAsyncApiPage(express: Express): void {
  const root = dirname(MANIFEST);
  for (const file of [SCRIPT, STYLES])
    express.get(addressOf(file), (_request, response) =>
      response.sendFile(file, { root, immutable: true, maxAge: '1y' }),
    );
  express.get(START, (_request, response) => void response.type('js').send(START_SCRIPT));
  express.get('/docs/asyncapi', (_request, response) => {
    allowCompiling(response);
    response.type('html').send(PAGE);
  });
}

/** The component checks the document with validators that it compiles. This page alone may. */
function allowCompiling(response: Response): void {
  const policy = String(response.getHeader(POLICY) ?? "script-src 'self'");
  response.setHeader(POLICY, policy.replace("script-src 'self'", "script-src 'self' 'unsafe-eval'"));
}
