import { PageWithUsersDto } from '../../users/dto/users-field.js';
import { IntField, NestedField } from '../../../kernel/validation/fields.js';
import { MessageDto } from '../../messages/dto/message.dto.js';

/** Range in UTF-16 code units, as counted by JavaScript, Java and NSRange: `content.substr(start, length)`. */
export class HighlightDto {
  @IntField('Start of the range in the content, in UTF-16 code units.')
  start: number;

  @IntField('Length of the range in UTF-16 code units.', { min: 1 })
  length: number;
}

/** Found message. */
export class SearchResultDto {
  @NestedField('Message with all words of the query.', () => MessageDto)
  message: MessageDto;

  @NestedField('Ranges of the words in the content, in order.', () => [HighlightDto])
  highlights: HighlightDto[];
}

/** Page of search results. */
export class SearchResultPageDto extends PageWithUsersDto(
  SearchResultDto,
  'Results by createdAt, newest first. A page may hold fewer items than the limit, even none, before the last page, because messages hidden or changed meanwhile are left out.',
) {}
