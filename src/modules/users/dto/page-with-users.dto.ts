import type { Type } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { PageDto, type Page } from '../../../kernel/paging/page.dto.js';
import { UserDto } from './user.dto.js';

/** Users referenced by a result. The class that declares the field needs `@ApiExtraModels(UserDto)`. */
export function UsersField(): PropertyDecorator {
  return ApiProperty({
    description: 'Users referenced by this result, by id.',
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(UserDto) },
  });
}

export interface PageWithUsers<Item> extends Page<Item> {
  users: Record<string, UserDto>;
}

/** `PageDto` for items that reference users. */
export function PageWithUsersDto<Item extends object>(
  item: Type<Item>,
  itemsDescription: string,
): Type<PageWithUsers<Item>> {
  @ApiExtraModels(UserDto)
  class ItemPageDto extends PageDto(item, itemsDescription) implements PageWithUsers<Item> {
    @UsersField()
    users: Record<string, UserDto>;
  }
  return ItemPageDto;
}
