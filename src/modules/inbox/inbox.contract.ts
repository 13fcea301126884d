import { command, read } from '../../kernel/realtime/contract.js';
import { NoInputDto } from '../../kernel/validation/input.decorator.js';
import { ConversationPageDto, ListConversationsDto, UnreadDto } from './dto/inbox.dto.js';
const permission = 'any user';

export const listConversations = read('conversation.list', ListConversationsDto, ConversationPageDto, {
  summary: 'Lists the conversations of the current user, newest activity first.',
  rest: 'GET /v1/conversations',
  permission,
});

export const getUnread = command('unread.get', NoInputDto, UnreadDto, {
  summary: 'Counts the unread messages of the current user, in total, by conversation and by thread.',
  rest: 'GET /v1/unread',
  permission,
});

export const clearUnread = command('unread.clear', NoInputDto, UnreadDto, {
  summary:
    'Marks all conversations and threads as read. Returns the counts of messages that arrived meanwhile.',
  rest: 'POST /v1/unread/clear',
  permission,
});
