import type { Demo } from './demo.js';

/** Text printed after the start: addresses, database and demo tokens with example commands, or why there are none. */
export function startupBanner(url: string, database: string, demo: Demo | string): string {
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
  lines.push(...(typeof demo === 'string' ? tokenLines(demo) : demoLines(url, demo)));
  return lines.join('\n');
}

function tokenLines(reason: string): string[] {
  return [
    `  No demo users and tokens: ${reason}.`,
    '  A token is a JWT signed with AUTH_JWT_SECRET: docs/authentication.md has the command. DEMO=true adds demo users.',
    '',
  ];
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
