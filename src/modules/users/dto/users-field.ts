import { ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { UserDto } from './user.dto.js';

/** The people that an answer names. The class that has it is @ApiExtraModels(UserDto). */
export function UsersField(): PropertyDecorator {
  return ApiProperty({
    description: 'The people that this answer names, by id.',
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(UserDto) },
  });
}
