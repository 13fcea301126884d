import { Logger } from '@nestjs/common';
import type { Request, RequestHandler } from 'express';
import { v7 as newId } from 'uuid';

const logger = new Logger('Http');

/**
 * Logs one line per HTTP request once its connection or response has closed. The line has the path of the route and not
 * of the request: paths hold signed tokens, query strings hold search terms.
 */
export function requestLog(): RequestHandler {
  return (request: Request, response, next) => {
    const startedAt = performance.now();
    response.once('close', () => {
      logger.log({
        msg: 'Request',
        requestId: requestIdOf(request),
        method: request.method,
        route: (request.route as { path: string } | undefined)?.path ?? null,
        status: response.statusCode,
        isComplete: response.writableFinished,
        durationMs: Math.round(performance.now() - startedAt),
      });
    });
    next();
  };
}

const ids = new WeakMap<object, string>();

/**
 * Id of an HTTP request, in its log line and in its problem details. Generated at the first call, so that a request that
 * succeeds without a log line costs nothing.
 */
export function requestIdOf(request: object): string {
  let id = ids.get(request);
  if (id === undefined) {
    id = newId();
    ids.set(request, id);
  }
  return id;
}
