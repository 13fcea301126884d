import { Catch, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { listAllowedMethods } from '../http/allowed-methods.js';
import { requestIdOf } from '../logging/request-log.js';
import { methodNotAllowed, tokenExpired, unauthenticated } from './base.errors.js';
import type { ProblemDetailsDto } from './problem-details.dto.js';
import { toProblem } from './to-problem.js';

type Ack = (result: { ok: false; error: ProblemDetailsDto }, thrown: unknown) => void;

/** Exception filter of both transports: renders every error as problem details. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    if (host.getType() === 'ws') {
      host.getArgs<unknown[]>().find(isAck)?.({ ok: false, error: toProblem(thrown) }, thrown);
      return;
    }
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const allowed = thrown instanceof NotFoundException ? listAllowedMethods(request) : [];
    if (allowed.length > 0) response.setHeader('Allow', allowed.join(', '));
    sendProblem(response, toProblem(allowed.length > 0 ? methodNotAllowed() : thrown, requestIdOf(request)));
  }
}

/** Sends problem details (RFC 9457) with the headers of the status (RFC 9110, RFC 6750). */
function sendProblem(response: Response, problem: ProblemDetailsDto): void {
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

function isAck(argument: unknown): argument is Ack {
  return typeof argument === 'function';
}
