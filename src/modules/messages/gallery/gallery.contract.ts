import { notFound } from '../../../kernel/errors/base.errors.js';
import { read } from '../../../kernel/realtime/contract.js';
import { ListMediaDto, MediaPageDto } from './dto/gallery.dto.js';

export const listMedia = read('media.list', ListMediaDto, MediaPageDto, {
  summary: 'The messages of a conversation that show something.',
  rest: 'GET /v1/conversations/{conversationId}/media',
  permission: 'any member',
  errors: [notFound],
});
