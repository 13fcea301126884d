import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Express, RequestHandler, Response } from 'express';
import { tap, type Observable } from 'rxjs';

/** Seconds for which a browser keeps the response to a preflight request; browsers limit it to two hours. */
const PREFLIGHT_MAX_AGE_S = 7_200;
const EXPOSED_HEADERS = ['Allow', 'Content-Disposition', 'Location', 'Retry-After'];

/** Files of packages on pages of the documents. Their scripts of this server hold demo tokens, for example. */
const PACKAGE_FILE =
  /^\/docs\/(asyncapi\/\d|rest\/(swagger-ui\.css|swagger-ui-bundle\.js|swagger-ui-standalone-preset\.js|favicon-))/;

/**
 * Responses are private: no cache stores them (RFC 9111, 5.2.2.5). Files of attachments replace the header, and files of
 * packages have their own.
 */
export const noStore: RequestHandler = (request, response, next) => {
  if (!PACKAGE_FILE.test(request.path)) response.setHeader('Cache-Control', 'no-store');
  next();
};

interface CrossOriginOptions {
  origin: string | string[];
  exposedHeaders: string[];
  maxAge: number;
}

/** CORS of both transports; undefined without permitted origins. */
export function toCorsOptions(origins: string[]): CrossOriginOptions | undefined {
  if (origins.length === 0) return undefined;
  return {
    origin: origins.includes('*') ? '*' : origins,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_MAX_AGE_S,
  };
}

/**
 * Sets the header Location of the response to a creation: the path of the created resource (RFC 9110, 10.2.2), below the
 * path prefix of PUBLIC_URL.
 */
export class LocationInterceptor implements NestInterceptor {
  constructor(private readonly toPath: (output: object) => string) {}

  intercept(context: ExecutionContext, next: CallHandler<object>): Observable<object> {
    const response = context.switchToHttp().getResponse<Response>();
    return next
      .handle()
      .pipe(tap((output) => response.location(pathPrefixFor(response) + this.toPath(output))));
  }
}

/** Makes the path prefix of PUBLIC_URL known to `LocationInterceptor`, which is created by decorators. */
export function setPathPrefix(express: Express, prefix: string): void {
  express.locals.pathPrefix = prefix;
}

function pathPrefixFor({ app }: Response): string {
  return (app.locals.pathPrefix as string | undefined) ?? '';
}
