import { command, read } from '../../kernel/realtime/contract.js';
import { NoInputDto } from '../../kernel/validation/no-input.dto.js';
import { ConversationPageDto, ListConversationsDto } from './dto/list-conversations.dto.js';
import { SyncRequestDto, SyncResponseDto } from './dto/sync.dto.js';
import { UnreadDto } from './dto/unread.dto.js';

const permission = 'everybody';

export const listConversations = read('conversation.list', ListConversationsDto, ConversationPageDto, {
  summary: 'My conversations, the newest activity first.',
  rest: 'GET /v1/conversations',
  permission,
});

export const getUnread = command('unread.get', NoInputDto, UnreadDto, {
  summary: 'What I have not read: in all, and where.',
  rest: 'GET /v1/unread',
  permission,
});

export const clearUnread = command('unread.clear', NoInputDto, UnreadDto, {
  summary: 'I have read everything, everywhere. Answers what came meanwhile.',
  rest: 'POST /v1/unread/clear',
  permission,
});

export const sync = command('sync', SyncRequestDto, SyncResponseDto, {
  summary: 'Everything that I missed, of any age.',
  rest: 'POST /v1/sync',
  permission,
});
