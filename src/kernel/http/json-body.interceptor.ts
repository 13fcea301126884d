import { isUtf8 } from 'node:buffer';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { json, type Request, type RequestHandler, type Response } from 'express';
import type { Observable } from 'rxjs';
import type { AppError } from '../errors/app-error.js';
import { payloadTooLarge, unsupportedMediaType, validationFailed } from '../errors/base.errors.js';
import { exceedsJsonLimits, DEFAULT_JSON_LIMITS, type JsonLimits } from '../validation/json-limits.js';
import { hasBody } from './unread-body.js';

/** Errors of rejected bodies. The parser would report any error of `verify` as 403. */
const bodyErrors = new WeakMap<object, AppError>();

/**
 * Parses the JSON body of a route within limits; other media types get 415. As an interceptor it runs after the guards: the
 * body of a request without a valid token is not read.
 */
export class JsonBodyInterceptor implements NestInterceptor {
  private readonly parse: RequestHandler;

  constructor(private readonly limits: JsonLimits = DEFAULT_JSON_LIMITS) {
    this.parse = createParser(limits);
  }

  async intercept(context: ExecutionContext, next: CallHandler<unknown>): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    if (hasBody(request)) await this.parseBody(request, http.getResponse<Response>());
    return next.handle();
  }

  private parseBody(request: Request, response: Response): Promise<void> {
    if (!request.is('application/json')) throw unsupportedMediaType();
    if (request.destroyed) throw validationFailed('The request was interrupted.');
    if (Number(request.headers['content-length']) > this.limits.maxBytes) throw payloadTooLarge();
    return new Promise((resolve, reject) => {
      void this.parse(request, response, (error?: unknown) => {
        if (error === undefined) resolve();
        else reject(bodyErrors.get(request) ?? toBodyError(error as ParserError));
      });
    });
  }
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

type ParserError = Error & { type?: string };

/** The parser accepts objects and lists only. Its other errors have a status of their own. */
function toBodyError(error: ParserError): Error {
  return error.type === 'entity.parse.failed' ? validationFailed('The body must be a JSON object.') : error;
}

/** Checked before decoding, which replaces invalid UTF-8. The JSON limits count bytes of UTF-8. */
function findBodyError(body: Buffer, charset: string, limits: JsonLimits): AppError | undefined {
  if (charset !== 'utf-8') return unsupportedMediaType();
  if (!isUtf8(body)) return validationFailed('The body is not UTF-8.');
  return exceedsJsonLimits(body, limits) ? payloadTooLarge() : undefined;
}
