import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { AppError, FieldError } from './app-error.js';

/** The one shape of an error on both doors: problem details (RFC 9457), also the `error` of a refused command. */
export class ProblemDetailsDto {
  @ApiProperty({ description: 'A link to what this code means.', example: '/docs/errors#not_found' })
  type: string;

  @ApiProperty({ description: 'What the code means, in a few words, the same for every occurrence.' })
  title: string;

  @ApiProperty({ description: 'The HTTP status that belongs to the code.', example: 404 })
  status: number;

  @ApiProperty({ description: 'What happened this time, for people.' })
  detail: string;

  @ApiProperty({ description: 'What clients switch on.', example: 'not_found' })
  code: string;

  @ApiProperty({ description: 'Names this answer: what was the server’s fault stands under it in its log.' })
  requestId: string;

  @ApiPropertyOptional({
    description: 'The fields that were refused, with validation_failed.',
    type: 'array',
    items: {
      type: 'object',
      required: ['field', 'code'],
      properties: { field: { type: 'string' }, code: { type: 'string' } },
    },
  })
  errors?: FieldError[];

  @ApiPropertyOptional({ description: 'Milliseconds to wait before the next try.' })
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
