import type { Type } from '@nestjs/common';
import { CursorField, IntField, NestedField, TextField } from '../validation/fields.js';

/** Largest page of a list. */
export const MAX_PAGE_SIZE = 100;

/** Input of an operation that lists a page. A subclass with another default redeclares `limit`. */
export class PageQueryDto {
  @CursorField()
  cursor?: string;

  @IntField(`Page size, 1–${MAX_PAGE_SIZE}, default 50.`, {
    optional: true,
    min: 1,
    max: MAX_PAGE_SIZE,
    default: 50,
  })
  limit: number = 50;
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** Base class of a page of these items: `class CallPageDto extends PageDto(CallDto, 'Calls, newest first.') {}`. */
export function PageDto<Item extends object>(item: Type<Item>, itemsDescription: string): Type<Page<Item>> {
  class ItemPageDto implements Page<Item> {
    @NestedField(itemsDescription, () => [item])
    items: Item[];

    @TextField('Cursor of the next page. Null on the last page.', { nullable: true })
    nextCursor: string | null;
  }
  return ItemPageDto;
}
