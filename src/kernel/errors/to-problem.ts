import { HttpException, Logger } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { v7 as newId } from 'uuid';
import { AppError, type DefinedError } from './app-error.js';
import * as base from './base.errors.js';
import { ProblemDetailsDto } from './problem-details.dto.js';
import { isConnectionError, sqlStateOf } from '../database/sql-state.js';

/** SQLSTATE (or its two-digit class) → our error. What the validators let through still ends as a clear answer. */
const BY_SQL_STATE: Record<string, DefinedError> = {
  '08': base.serviceUnavailable, // connection exception
  '22': base.validationFailed, // data exception: NUL, a lone surrogate, a number out of range …
  '23502': base.validationFailed, // not null
  '23503': base.notFound, // foreign key
  '23505': base.conflict, // unique
  '23514': base.validationFailed, // check
  '25006': base.serviceUnavailable, // a read-only standby
  '40': base.serviceUnavailable, // rolled back by the database, more often than we retry
  '53': base.serviceUnavailable, // out of connections, memory or disk
  '55P03': base.serviceUnavailable, // lock not available
  '57': base.serviceUnavailable, // cancelled, shutting down, starting up
};

const BY_HTTP_STATUS: Record<number, DefinedError> = {
  400: base.validationFailed,
  401: base.unauthenticated,
  403: base.forbidden,
  404: base.notFound,
  413: base.payloadTooLarge,
  415: base.unsupportedMediaType,
  429: base.rateLimited,
  503: base.serviceUnavailable,
};

const logger = new Logger('Problems');
const RETRY_AFTER_MS = 1_000;

/**
 * Makes the problem that the caller sees of whatever was thrown, and logs what is our fault under the same requestId:
 * our own faults with their stack, an outage as one line. A refused request is not worth one.
 */
export function toProblem(thrown: unknown, requestId = newId()): ProblemDetailsDto {
  const error = mapException(thrown);
  const problem = ProblemDetailsDto.from(error, requestId);
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  if (problem.code === base.internalError.code) logger.error({ requestId, msg: name }, stackOf(thrown));
  else if (problem.status >= 500) logger.warn({ requestId, msg: `${problem.code}: ${name}` });
  return problem;
}

function stackOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && !(thrown instanceof HttpException) ? thrown.stack : undefined;
}

/** Turns whatever was thrown into an AppError. Never repeats the input or the text of a foreign error. */
function mapException(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const kind = kindOf(thrown);
  return kind === base.serviceUnavailable ? kind(kind.title, { retryAfterMs: RETRY_AFTER_MS }) : kind();
}

function kindOf(thrown: unknown): DefinedError {
  const error = thrown instanceof QueryFailedError ? (thrown.driverError as Error) : thrown;
  const state = sqlStateOf(error);
  if (state) return BY_SQL_STATE[state] ?? BY_SQL_STATE[state.slice(0, 2)] ?? base.internalError;
  if (isConnectionError(error)) return base.serviceUnavailable;
  return BY_HTTP_STATUS[httpStatusOf(error)] ?? base.internalError;
}

/** The status of a HttpException of Nest or of an error of the body parser. */
function httpStatusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : 500;
}
