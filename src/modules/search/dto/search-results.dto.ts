import { ApiExtraModels } from '@nestjs/swagger';
import { IntField, NestedField, TextField } from '../../../kernel/validation/fields.js';
import { MessageDto } from '../../messages/dto/message.dto.js';
import { UserDto } from '../../users/dto/user.dto.js';
import { UsersField } from '../../users/dto/users-field.js';

/** Counted in UTF-16 code units, as JavaScript, Java and Swift’s NSRange count: `content.substr(start, length)`. */
export class HighlightDto {
  @IntField('Where it begins in the content, in UTF-16 code units.')
  start: number;

  @IntField('How long it is, in UTF-16 code units.', { min: 1 })
  length: number;
}

export class SearchResultDto {
  @NestedField('The message.', () => MessageDto)
  message: MessageDto;

  @NestedField('Where in its content the words stand, in their order.', () => [HighlightDto])
  highlights: HighlightDto[];
}

@ApiExtraModels(UserDto)
export class SearchResultPageDto {
  @NestedField(
    'Newest first, by createdAt. May be fewer than asked for, even none, before the last page: what was hidden or has just changed is left out.',
    () => [SearchResultDto],
  )
  items: SearchResultDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;

  @UsersField()
  users: Record<string, UserDto>;
}
