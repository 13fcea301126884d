import type { IncomingMessage, Server } from 'node:http';

/** Path prefix of PUBLIC_URL without a slash at its end: `/chat` of https://example.com/chat/. Empty without a prefix. */
export function pathPrefixOf(publicUrl: string): string {
  return publicUrl ? new URL(publicUrl).pathname.replace(/\/+$/, '') : '';
}

/**
 * Accepts requests with the path prefix of PUBLIC_URL, for proxies that keep it, beside those without it. Runs before the
 * listeners of Socket.IO and Express: call it after those are registered.
 */
export function removePathPrefix(server: Server, prefix: string): void {
  if (!prefix) return;
  const shorten = (request: IncomingMessage): void => {
    const path = request.url ?? '';
    const rest = path.startsWith(prefix) ? path.slice(prefix.length) : path;
    if (rest === '' || rest.startsWith('?')) request.url = `/${rest}`;
    else if (rest.startsWith('/')) request.url = rest;
  };
  server.prependListener('request', shorten);
  server.prependListener('upgrade', shorten);
}
