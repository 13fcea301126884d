import { PageQueryDto } from '../../../kernel/paging/page.dto.js';
import { PageWithUsersDto } from '../../users/dto/page-with-users.dto.js';
import {
  IntField,
  NestedField,
  EnumField,
  IdField,
  DateTimeField,
  TextField,
} from '../../../kernel/validation/fields.js';
import { MessageDto } from '../../messages/dto/message.dto.js';
import { MESSAGE_TYPES, type MessageType } from '../../conversations/dto/message-preview.dto.js';

/** Range in UTF-16 code units, as counted by JavaScript, Java and NSRange: `content.substr(start, length)`. */
export class HighlightDto {
  @IntField('Start of the range in the content, in UTF-16 code units.')
  start: number;

  @IntField('Length of the range in UTF-16 code units.', { min: 1 })
  length: number;
}

/** Found message with its highlights. */
export class SearchResultDto {
  @NestedField('Message with a match of each word of the query in its text or file names.', () => MessageDto)
  message: MessageDto;

  @NestedField(
    'Ranges of the matches in the content, in order. Empty for a match in file names only.',
    () => [HighlightDto],
  )
  highlights: HighlightDto[];
}

/** Page of search results. */
export class SearchResultPageDto extends PageWithUsersDto(
  SearchResultDto,
  'Results by createdAt, newest first. A page may hold fewer items than the limit, even none, before the last page, because messages hidden or changed meanwhile are left out, and a search ends a page early after many messages.',
) {}

/** Full-text query of messages. */
export class SearchMessagesDto extends PageQueryDto {
  @TextField(
    'Beginnings of words that the text or the file names of a message must contain, in any order. Case, accents, vowel points, strokes and width do not count (UTS #10, primary strength). Signs belong to the word beside them: `c++`, `#tag`. Emoji match without skin tones. Text in scripts without spaces (Chinese, Japanese, Korean, Thai) matches by any part.',
    { max: 200, example: 'hello' },
  )
  q: string;

  @IdField('Only messages of this conversation.', { optional: true })
  conversationId?: string;

  @IdField('Only messages of this sender.', { optional: true })
  senderId?: string;

  @EnumField('Only messages of this type.', MESSAGE_TYPES, { optional: true })
  type?: MessageType;

  @DateTimeField('Only messages created at this time or later.', { optional: true })
  from?: string;

  @DateTimeField('Only messages created before this time.', { optional: true })
  to?: string;

  @IntField('Page size, 1–50, default 20.', { optional: true, min: 1, max: 50, default: 20 })
  override limit: number = 20;
}
