import { isUtf8 } from 'node:buffer';
import { json, type NextFunction, type Request, type Response } from 'express';
import type { AppError } from '../errors/app-error.js';
import { payloadTooLarge, unsupportedMediaType, validationFailed } from '../errors/base.errors.js';
import { exceedsJsonLimits, JSON_MAX_BYTES } from '../validation/json-limits.js';

/** Why a body was refused before it was parsed: the parser would make a 403 of any error. */
const refusals = new WeakMap<object, AppError>();

const parse = json({
  limit: JSON_MAX_BYTES,
  verify: (request, _response, body, charset) => {
    const refusal = refusalOf(body, charset);
    if (!refusal) return;
    refusals.set(request, refusal);
    throw new Error('refused');
  },
});

/** Reads bodies of JSON within the limits of the kernel; a body of another kind is 415. */
export function jsonBodies(request: Request, response: Response, next: NextFunction): void {
  if (hasBody(request) && !request.is('application/json')) next(unsupportedMediaType());
  else parse(request, response, (error?: unknown) => next(refusals.get(request) ?? error));
}

/** Decoding would replace what is not UTF-8, and the limits of JSON look at the bytes of UTF-8. */
function refusalOf(body: Buffer, charset: string): AppError | undefined {
  if (charset !== 'utf-8') return unsupportedMediaType();
  if (!isUtf8(body)) return validationFailed('The body is not UTF-8.');
  return exceedsJsonLimits(body) ? payloadTooLarge() : undefined;
}

/** RFC 9112, 6: a request has a body when it announces one. */
function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
