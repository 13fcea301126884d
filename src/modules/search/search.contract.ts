import { notFound } from '../../kernel/errors/base.errors.js';
import { read } from '../../kernel/realtime/contract.js';
import { SearchResultPageDto, SearchMessagesDto } from './dto/search.dto.js';
export const searchMessages = read('message.search', SearchMessagesDto, SearchResultPageDto, {
  summary: 'Searches the readable messages that contain all given words, newest first.',
  rest: 'GET /v1/search/messages',
  permission: 'any user',
  errors: [notFound],
});
