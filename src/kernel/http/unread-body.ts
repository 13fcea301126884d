import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** Time for which the rest of a body may continue unread after an early response, so that the client reads the response. */
const DISCARD_MS = 5_000;

/** A request has a body when its headers announce one (RFC 9112, 6). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Discards the rest of a body after each response, on every path of the server; a longer body ends its connection. Nothing
 * of it is kept in memory. Node.js alone discards without a limit of time.
 */
export function drainUnreadBodies(server: Server, maxMs = DISCARD_MS): void {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (hasBody(request)) response.once('finish', () => drainRequest(request, maxMs));
  });
}

function drainRequest(request: IncomingMessage, maxMs: number): void {
  if (request.complete) return;
  request.resume();
  const timer = setTimeout(() => request.complete || request.socket.destroy(), maxMs).unref();
  request.once('end', () => clearTimeout(timer));
}
