import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { newId } from '../database/new-id.js';
import type { AppError } from './app-error.js';
import { internalError, tokenExpired, unauthenticated } from './base.errors.js';
import { Problem } from './problem.js';
import { translate } from './translate.js';

export type Reply = (answer: { ok: false; error: Problem }) => void;

/** Every error leaves through here, in the one shape, on both doors. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const error = translate(thrown);
    const requestId = newId();
    this.log(thrown, error, requestId);
    const problem = Problem.from(error, requestId);
    if (host.getType() === 'ws') host.getArgs<unknown[]>().find(isReply)?.({ ok: false, error: problem });
    else respond(host.switchToHttp().getResponse<Response>(), problem);
  }

  /** Our own faults with their stack; an outage as one line; a refused request is not worth one. */
  private log(thrown: unknown, error: AppError, requestId: string): void {
    const name = thrown instanceof Error ? thrown.name : typeof thrown;
    if (error.kind.code === internalError.code)
      this.logger.error(
        `${requestId} ${name}`,
        thrown instanceof Error && !(thrown instanceof HttpException) ? thrown.stack : undefined,
      );
    else if (error.kind.status >= 500) this.logger.warn(`${requestId} ${error.kind.code}: ${name}`);
  }
}

/** Sends problem details (RFC 9457) with the headers that belong to the status (RFC 9110, RFC 6750). */
function respond(response: Response, problem: Problem): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { code, retryAfterMs } = problem;
  if (retryAfterMs) response.setHeader('Retry-After', Math.ceil(retryAfterMs / 1000));
  if (code === unauthenticated.code) response.setHeader('WWW-Authenticate', 'Bearer');
  if (code === tokenExpired.code) response.setHeader('WWW-Authenticate', 'Bearer error="invalid_token"');
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

function isReply(argument: unknown): argument is Reply {
  return typeof argument === 'function';
}
