import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Express, Response } from 'express';
import { addPathPrefix, renderDocument } from './page.js';

const MANIFEST = require.resolve('@asyncapi/react-component/package.json');
const { version } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { version: string };
const SCRIPT = 'browser/standalone/index.js';
const STYLES = 'styles/default.min.css';
/** Path with the version of the package: its content never changes, so browsers cache the three megabytes. */
const assetPath = (file: string): string => `/docs/asyncapi/${version}/${file}`;
const START = '/docs/asyncapi/start.js';
const POLICY = 'Content-Security-Policy';

const PAGE = renderDocument(
  '/docs/asyncapi',
  'AsyncAPI',
  `<link rel="stylesheet" href="${assetPath(STYLES)}">
<style>
  :root { color-scheme: light; background: #fff }
  body { margin: 0; font: 16px/1.5 system-ui, sans-serif }
  .aui-root code::before, .aui-root code::after { content: none !important }
</style>`,
  `<div id="asyncapi"></div>
<script src="${assetPath(SCRIPT)}"></script>
<script src="${START}"></script>`,
);

/** Relative to the page. */
const START_SCRIPT = `fetch('../asyncapi.json')
  .then((response) => response.json())
  .then((schema) =>
    AsyncApiStandalone.render(
      { schema, config: { show: { sidebar: true, errors: true } } },
      document.getElementById('asyncapi'),
    ),
  );
`;

/** Serves the AsyncAPI document with the AsyncAPI React component. All files come from this server. */
export function serveAsyncApiPage(express: Express, prefix: string): void {
  const root = dirname(MANIFEST);
  const page = addPathPrefix(PAGE, prefix);
  for (const file of [SCRIPT, STYLES])
    express.get(assetPath(file), (_request, response) =>
      response.sendFile(file, { root, immutable: true, maxAge: '1y' }),
    );
  express.get(START, (_request, response) => void response.type('js').send(START_SCRIPT));
  express.get('/docs/asyncapi', (_request, response) => {
    allowEval(response);
    response.type('html').send(page);
  });
}

/** Permits `eval` on this page only, because the component compiles its validators. */
function allowEval(response: Response): void {
  const policy = String(response.getHeader(POLICY) ?? "script-src 'self'");
  response.setHeader(POLICY, policy.replace("script-src 'self'", "script-src 'self' 'unsafe-eval'"));
}
