import type { IncomingMessage } from 'node:http';

/** Time for which the rest of a body may continue unread after an early response, so that the client reads the response. */
const DISCARD_MS = 5_000;

/** A request has a body when its headers announce one (RFC 9112, 6). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Discards the rest of a body that no route reads; a longer body ends its connection. Nothing of it is kept in memory. */
export function drainRequest(request: IncomingMessage): void {
  if (request.complete || !hasBody(request)) return;
  request.resume();
  const timer = setTimeout(() => request.complete || request.socket.destroy(), DISCARD_MS).unref();
  request.once('end', () => clearTimeout(timer));
}
