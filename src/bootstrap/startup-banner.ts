import type { Demo } from './demo.js';

/** Text printed after the start: addresses, database and, with demo data, tokens and example commands. */
export function startupBanner(url: string, database: string, demo?: Demo): string {
  const lines = [
    '',
    '  TMS Messaging Server',
    '',
    `  Documents                     ${url}/docs`,
    `  REST API (Swagger UI)         ${url}/docs/rest`,
    `  Commands and events           ${url}/docs/events`,
    `  OpenAPI, AsyncAPI             ${url}/openapi.json  ${url}/asyncapi.json`,
    `  Socket.IO                     ${url}`,
    `  Database                      ${database}`,
    '',
  ];
  if (demo) lines.push(...demoLines(url, demo));
  return lines.join('\n');
}

function demoLines(url: string, { tokens, conversationId }: Demo): string[] {
  const body = JSON.stringify({ conversationId, content: 'Hello Bob' });
  return [
    '  Demo tokens, valid for 12 hours:',
    '',
    ...Object.entries(tokens).map(([name, token]) => `  ${name.padEnd(6)} ${token}`),
    '',
    '  Chat in two terminals:',
    '',
    '  npx -y pnpm@10 chat alice',
    '  npx -y pnpm@10 chat bob',
    '',
    '  Write to Bob as Alice over REST:',
    '',
    `  curl -s ${url}/v1/messages -H 'Content-Type: application/json' -H 'Authorization: Bearer ${tokens.alice}' -d '${body}'`,
    '',
  ];
}
