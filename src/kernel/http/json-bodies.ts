import { isUtf8 } from 'node:buffer';
import { json, type Request, type RequestHandler } from 'express';
import type { AppError } from '../errors/app-error.js';
import { payloadTooLarge, unsupportedMediaType, validationFailed } from '../errors/base.errors.js';
import { exceedsJsonLimits, USUAL_LIMITS, type JsonLimits } from '../validation/json-limits.js';

/** Why a body was refused before it was parsed: the parser would make a 403 of any error. */
const refusals = new WeakMap<object, AppError>();

/** A route that takes bodies larger than usual says so by its limits, one that takes a form by `multipart`. */
interface Route {
  /** `PUT /v1/users`, without parameters in the path. */
  rest: string | null;
  limits?: JsonLimits;
  multipart?: true;
}

/**
 * Reads bodies of JSON, within the limits of the kernel but on the routes that have their own; a body of another kind is
 * 415. A form is left to its route, which knows who is calling before it reads any of it.
 */
export function jsonBodies(routes: readonly Route[]): RequestHandler {
  const usual = parser(USUAL_LIMITS);
  const larger = new Map(
    routes.flatMap(({ rest, limits }) => (limits ? [[rest, parser(limits)] as const] : [])),
  );
  const forms = new Set(routes.flatMap(({ rest, multipart }) => (multipart ? [rest] : [])));
  return (request, response, next) => {
    const route = `${request.method} ${request.path}`;
    const parse = larger.get(route) ?? usual;
    if (forms.has(route)) next();
    else if (hasBody(request) && !request.is('application/json')) next(unsupportedMediaType());
    else parse(request, response, (error?: unknown) => next(refusals.get(request) ?? error));
  };
}

function parser(limits: JsonLimits): RequestHandler {
  return json({
    limit: limits.maxBytes,
    verify: (request, _response, body, charset) => {
      const refusal = refusalOf(body, charset, limits);
      if (!refusal) return;
      refusals.set(request, refusal);
      throw new Error('refused');
    },
  });
}

/** Decoding would replace what is not UTF-8, and the limits of JSON look at the bytes of UTF-8. */
function refusalOf(body: Buffer, charset: string, limits: JsonLimits): AppError | undefined {
  if (charset !== 'utf-8') return unsupportedMediaType();
  if (!isUtf8(body)) return validationFailed('The body is not UTF-8.');
  return exceedsJsonLimits(body, limits) ? payloadTooLarge() : undefined;
}

/** RFC 9112, 6: a request has a body when it announces one. */
function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
