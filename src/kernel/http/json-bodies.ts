import { isUtf8 } from 'node:buffer';
import { json, type Request, type RequestHandler } from 'express';
import type { AppError } from '../errors/app-error.js';
import { payloadTooLarge, unsupportedMediaType, validationFailed } from '../errors/base.errors.js';
import { exceedsJsonLimits, DEFAULT_JSON_LIMITS, type JsonLimits } from '../validation/json-limits.js';

/** Errors of rejected bodies. The parser would report any error of `verify` as 403. */
const bodyErrors = new WeakMap<object, AppError>();

/** Route with its own limits, or with a form as body. */
interface Route {
  /** `PUT /v1/users`, without parameters in the path. */
  rest: string | null;
  limits?: JsonLimits;
  multipart?: true;
}

/**
 * Parses JSON bodies within the limits of the route; other media types get 415. A form is parsed by its route, after
 * authentication.
 */
export function jsonBodies(routes: readonly Route[]): RequestHandler {
  const defaultParser = createParser(DEFAULT_JSON_LIMITS);
  const parsers = new Map(
    routes.flatMap(({ rest, limits }) => (limits ? [[rest, createParser(limits)] as const] : [])),
  );
  const forms = new Set(routes.flatMap(({ rest, multipart }) => (multipart ? [rest] : [])));
  return (request, response, next) => {
    const route = `${request.method} ${request.path}`;
    const parse = parsers.get(route) ?? defaultParser;
    if (forms.has(route)) next();
    else if (hasBody(request) && !request.is('application/json')) next(unsupportedMediaType());
    else parse(request, response, (error?: unknown) => next(bodyErrors.get(request) ?? error));
  };
}

function createParser(limits: JsonLimits): RequestHandler {
  return json({
    limit: limits.maxBytes,
    verify: (request, _response, body, charset) => {
      const error = findBodyError(body, charset, limits);
      if (!error) return;
      bodyErrors.set(request, error);
      throw new Error('rejected');
    },
  });
}

/** Checked before decoding, which replaces invalid UTF-8. The JSON limits count bytes of UTF-8. */
function findBodyError(body: Buffer, charset: string, limits: JsonLimits): AppError | undefined {
  if (charset !== 'utf-8') return unsupportedMediaType();
  if (!isUtf8(body)) return validationFailed('The body is not UTF-8.');
  return exceedsJsonLimits(body, limits) ? payloadTooLarge() : undefined;
}

/** A request has a body when its headers announce one (RFC 9112, 6). */
function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
