import type { Demo } from './demo.js';

/** Why there are no demo users, and the setting that verifies the tokens. */
export interface NoDemo {
  reason: string;
  authJwksUrl: string;
}

/** Text printed after the start: addresses, database and demo tokens with example commands, or why there are none. */
export function startupBanner(url: string, database: string, demo: Demo | NoDemo): string {
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
  lines.push(...('reason' in demo ? tokenLines(demo) : demoLines(url, demo)));
  return lines.join('\n');
}

function tokenLines({ reason, authJwksUrl }: NoDemo): string[] {
  const signature = authJwksUrl
    ? 'signed by the host product with a key of AUTH_JWKS_URL: docs/authentication.md.'
    : 'signed with AUTH_JWT_SECRET: docs/authentication.md has the command.';
  return [
    `  No demo users and tokens: ${reason}.`,
    `  A token is a JWT ${signature} DEMO=true adds demo users.`,
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
