import { HttpException, Logger } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { v7 as newId } from 'uuid';
import { AppError, type DefinedError } from './app-error.js';
import * as base from './base.errors.js';
import { ProblemDetailsDto } from './problem-details.dto.js';
import { recordRefusal } from '../logging/refusal-log.js';
import { isConnectionError, sqlStateOf } from '../database/sql-state.js';

/** Error of a SQLSTATE or its two-digit class, for values that validators accept and PostgreSQL rejects. */
const BY_SQL_STATE: Record<string, DefinedError> = {
  '08': base.serviceUnavailable, // connection exception
  '22': base.validationFailed, // data exception: NUL, a lone surrogate, a number out of range
  '23502': base.validationFailed, // not null
  '23503': base.notFound, // foreign key
  '23505': base.conflict, // unique
  '23514': base.validationFailed, // check
  '25006': base.serviceUnavailable, // read-only standby
  '40': base.serviceUnavailable, // transaction rollback after the last retry
  '53': base.serviceUnavailable, // no connections or memory left
  '53100': base.insufficientStorage, // disk full
  '55P03': base.serviceUnavailable, // lock not available
  '57': base.serviceUnavailable, // cancelled, shutdown, start
};

const BY_HTTP_STATUS: Record<number, DefinedError> = {
  400: base.validationFailed,
  401: base.unauthenticated,
  403: base.forbidden,
  404: base.notFound,
  408: base.requestTimeout,
  413: base.payloadTooLarge,
  415: base.unsupportedMediaType,
  429: base.rateLimited,
  503: base.serviceUnavailable,
  507: base.insufficientStorage,
};

/** Statuses of refusals, which are counted in the log. */
const REFUSED = new Set([401, 403, 429]);

const logger = new Logger('Problems');

/**
 * Problem details of any thrown value. Server errors are logged with the same requestId: internal errors with their
 * stack, outages as one line. Refusals are counted; other client errors are not logged.
 */
export function toProblem(thrown: unknown, requestId = newId()): ProblemDetailsDto {
  const error = toAppError(thrown);
  const problem = ProblemDetailsDto.from(error, requestId);
  if (REFUSED.has(problem.status)) recordRefusal(problem.code, error.reason);
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  if (problem.code === base.internalError.code) logger.error({ requestId, msg: name }, findStack(thrown));
  else if (problem.status >= 500) logger.warn({ requestId, msg: `${problem.code}: ${name}` });
  return problem;
}

function findStack(thrown: unknown): string | undefined {
  return thrown instanceof Error && !(thrown instanceof HttpException) ? thrown.stack : undefined;
}

/** Contains neither input nor the text of errors of other libraries. */
function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const kind = findErrorKind(thrown);
  const isUnavailable = kind === base.serviceUnavailable;
  return isUnavailable ? kind(kind.title, { retryAfterMs: base.randomRetryAfterMs() }) : kind();
}

function findErrorKind(thrown: unknown): DefinedError {
  const error = thrown instanceof QueryFailedError ? (thrown.driverError as Error) : thrown;
  const state = sqlStateOf(error);
  if (state) return BY_SQL_STATE[state] ?? BY_SQL_STATE[state.slice(0, 2)] ?? base.internalError;
  if (isConnectionError(error)) return base.serviceUnavailable;
  return BY_HTTP_STATUS[findHttpStatus(error)] ?? base.internalError;
}

/** Status of a HttpException of Nest or of an error of the body parser. */
function findHttpStatus(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : 500;
}
