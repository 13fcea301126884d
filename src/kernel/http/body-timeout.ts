import type { IncomingMessage, Server } from 'node:http';
import { hasBody } from './unread-body.js';

/** Time in which the body of a request must arrive, as `requestTimeout` of Node.js has it by default. */
const MAX_BODY_MS = 300_000;
const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/**
 * Limits the time of each request body on both transports; later the response is 408. It replaces `requestTimeout` of
 * Node.js, which knows no exception for uploads.
 */
export function limitBodyTime(server: Server, maxMs = MAX_BODY_MS): void {
  server.requestTimeout = 0;
  server.prependListener('request', (request: IncomingMessage) => {
    if (!hasBody(request)) return;
    const onTimeout = (): void => {
      const error = Object.assign(new Error('Body timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
      server.emit('clientError', error, request.socket);
    };
    const timer = setTimeout(onTimeout, maxMs).unref();
    timers.set(request, timer);
    request.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
  });
}

/** Lifts the limit of time for a body whose reader limits its idle time and its size. */
export function permitLongBody(request: IncomingMessage): void {
  clearTimeout(timers.get(request));
}
