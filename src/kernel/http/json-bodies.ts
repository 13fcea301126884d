import { json, type NextFunction, type Request, type Response } from 'express';
import { payloadTooLarge, unsupportedMediaType } from '../errors/base.errors.js';
import { exceedsJsonLimits, JSON_MAX_BYTES } from '../validation/json-limits.js';

const overLimit = new WeakSet<object>();

const parse = json({
  limit: JSON_MAX_BYTES,
  verify: (request, _response, body) => {
    if (exceedsJsonLimits(body)) overLimit.add(request);
  },
});

/** Reads bodies of JSON within the limits of the kernel; a body of another kind is 415. */
export function jsonBodies(request: Request, response: Response, next: NextFunction): void {
  if (hasBody(request) && !request.is('application/json')) {
    next(unsupportedMediaType());
    return;
  }
  parse(request, response, (error?: unknown) =>
    next(error ?? (overLimit.has(request) ? payloadTooLarge() : undefined)),
  );
}

/** RFC 9112, 6: a request has a body when it announces one. */
function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
