import { notFound, rateLimited } from '../../kernel/errors/base.errors.js';
import { read } from '../../kernel/realtime/contract.js';
import { SearchResultPageDto, SearchMessagesDto } from './dto/search.dto.js';
export const searchMessages = read('message.search', SearchMessagesDto, SearchResultPageDto, {
  summary:
    'Searches the readable messages whose text and file names contain words that begin with all given words, newest first. A user has one search at a time; others wait.',
  rest: 'GET /v1/search/messages',
  permission: 'any user',
  errors: [notFound, rateLimited],
});
