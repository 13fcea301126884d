import { HttpException, Logger } from '@nestjs/common';
import { newId } from '../database/new-id.js';
import { internalError } from './base.errors.js';
import { ProblemDetailsDto } from './problem-details.dto.js';
import { mapException } from './exception-mapper.js';

const logger = new Logger('Problems');

/**
 * Makes the problem that the caller sees of whatever was thrown, and logs what is our fault under the same requestId:
 * our own faults with their stack, an outage as one line. A refused request is not worth one.
 */
export function toProblem(thrown: unknown, requestId = newId()): ProblemDetailsDto {
  const error = mapException(thrown);
  const problem = ProblemDetailsDto.from(error, requestId);
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  if (problem.code === internalError.code) logger.error({ requestId, msg: name }, stackOf(thrown));
  else if (problem.status >= 500) logger.warn({ requestId, msg: `${problem.code}: ${name}` });
  return problem;
}

function stackOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && !(thrown instanceof HttpException) ? thrown.stack : undefined;
}
