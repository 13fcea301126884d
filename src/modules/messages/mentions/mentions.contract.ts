import { notFound } from '../../../kernel/errors/base.errors.js';
import { read } from '../../../kernel/realtime/contract.js';
import { ListMentionsDto, MentionPageDto } from './dto/list-mentions.dto.js';

export const listMentions = read('mention.list', ListMentionsDto, MentionPageDto, {
  summary: 'Messages of others that mention me, or everybody, wherever I am: the newest first.',
  rest: 'GET /v1/mentions',
  permission: 'everybody',
  errors: [notFound],
});
