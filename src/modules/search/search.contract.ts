import { notFound } from '../../kernel/errors/base.errors.js';
import { read } from '../../kernel/realtime/contract.js';
import { FoundMessagePageDto } from './dto/found-messages.dto.js';
import { SearchMessagesDto } from './dto/search-messages.dto.js';

export const searchMessages = read('message.search', SearchMessagesDto, FoundMessagePageDto, {
  summary: 'Messages that I may read and that have all of these words, newest first.',
  rest: 'GET /v1/messages/search',
  errors: [notFound],
});
