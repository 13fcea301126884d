import { ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import type { AppError, FieldError } from './app-error.js';
import { FIELD_CODES, type FieldCode } from './field-codes.js';

/** Invalid field of an input. */
export class FieldErrorDto implements FieldError {
  @ApiProperty({
    description: 'Path of the field: `media.0.url`; empty for the whole input.',
    example: 'content',
  })
  field: string;

  @ApiProperty({
    description: 'Field code: why the value is invalid.',
    enum: Object.keys(FIELD_CODES),
    example: 'required',
  })
  code: FieldCode;
}

/** Error on both transports: problem details (RFC 9457), in an ack the field `error`. */
export class ProblemDetailsDto {
  @ApiProperty({ description: 'Link to the description of the code.', example: '/docs/errors#not_found' })
  type: string;

  @ApiProperty({ description: 'Meaning of the code, the same for every occurrence.' })
  title: string;

  @ApiProperty({ description: 'HTTP status of the code.', example: 404 })
  status: number;

  @ApiProperty({ description: 'Readable explanation of this occurrence.' })
  detail: string;

  @ApiProperty({ description: 'Error code that identifies the error for clients.', example: 'not_found' })
  code: string;

  @ApiProperty({ description: 'Id of the request, also in the log line of a server error.' })
  requestId: string;

  @ApiPropertyOptional({
    description: 'Invalid fields, with the code validation_failed.',
    type: () => [FieldErrorDto],
  })
  errors?: FieldErrorDto[];

  @ApiPropertyOptional({ description: 'Milliseconds until a retry can succeed.' })
  retryAfterMs?: number;

  static from({ kind, message, extras }: AppError, requestId: string): ProblemDetailsDto {
    return {
      type: `/docs/errors#${kind.code}`,
      title: kind.title,
      status: kind.status,
      detail: message,
      code: kind.code,
      requestId,
      ...extras,
    };
  }
}

/** Content of error responses in the OpenAPI document. */
export const PROBLEM_CONTENT = {
  'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDetailsDto) } },
};
