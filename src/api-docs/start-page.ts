import type { ExampleIds } from './examples.js';
import { escapeHtml, renderPage } from './page.js';

/** Demo users and their tokens, shown on the start page and offered by Swagger UI. */
export interface DemoAccess {
  /** Signs one token for each demo user. */
  signTokens(): Promise<Record<string, string>>;
  /** Id of a conversation of the first two users. */
  conversationId: string;
  /** Ids of demo data in the examples of the OpenAPI document. */
  ids: ExampleIds;
}

/** Page at /docs: links to the documents and, with demo data, the demo users and first requests. `origin`: address of the server. */
export async function startPage(origin: string, demo: DemoAccess | undefined): Promise<string> {
  return renderPage(
    '/docs',
    'TMS Messaging Server',
    `<p>REST and Socket.IO offer the same operations with the same results, errors and events.</p>
<ul>
<li><a href="/docs/rest">REST</a>: every route with Swagger UI; <a href="/openapi.json">openapi.json</a> for tools (OpenAPI 3.1)
<li><a href="/docs/events">Commands and events</a> of the socket, with permissions and recipients
<li><a href="/docs/asyncapi">AsyncAPI</a>: the socket as a document; <a href="/asyncapi.json">asyncapi.json</a> for tools
<li><a href="/docs/errors">Errors</a>: every code and its meaning
<li><a href="/health">Liveness</a> and <a href="/health/ready">readiness</a> of the process
</ul>
${demo ? demoSection(origin, demo, await demo.signTokens()) : ''}`,
  );
}

function demoSection(origin: string, { conversationId }: DemoAccess, tokens: Record<string, string>): string {
  const [[firstName, first] = ['', '']] = Object.entries(tokens);
  const rows = Object.entries(tokens).map(
    ([name, token]) =>
      `<tr><td>${escapeHtml(name)}</td><td><code class="token">${escapeHtml(token)}</code></td></tr>`,
  );
  const body = JSON.stringify({ conversationId, content: 'Hello Bob' });
  const request = `curl -s ${origin}/v1/messages -H 'Content-Type: application/json' \\
  -H 'Authorization: Bearer ${first}' \\
  -d '${body}'`;
  return `<h2>Demo users</h2>
<p>The tokens are valid for 12 hours. <a href="/docs/rest">Swagger UI</a> signs in as a demo user with one click; its examples are
requests of ${escapeHtml(firstName)}.</p>
<table class="stacked"><thead><tr><th>User</th><th>Token</th></tr></thead><tbody>${rows.join('')}</tbody></table>
<h2>First requests</h2>
<p>Chat in two terminals:</p>
<pre><code>npx -y pnpm@10 chat alice
npx -y pnpm@10 chat bob</code></pre>
<p>Write to Bob as Alice over REST:</p>
<pre><code>${escapeHtml(request)}</code></pre>
`;
}
