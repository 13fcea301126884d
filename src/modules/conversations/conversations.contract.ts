import { notFound } from '../../kernel/errors/base.errors.js';
import { command, event, read } from '../../kernel/realtime/contract.js';
import { blockedByYou, unavailable } from '../users/users.errors.js';
import { clientIdReused } from './conversations.errors.js';
import { ConversationDto } from './dto/conversation.dto.js';
import { ConversationIdDto, CreateConversationDto } from './dto/create-conversation.dto.js';

export const createConversation = command('conversation.create', CreateConversationDto, ConversationDto, {
  summary: 'Finds or creates a conversation. 201 when it is new, 200 when it was there.',
  rest: 'POST /v1/conversations',
  errors: [blockedByYou, unavailable, notFound, clientIdReused],
});

export const getConversation = read('conversation.get', ConversationIdDto, ConversationDto, {
  summary: 'One conversation that I am in.',
  rest: 'GET /v1/conversations/{conversationId}',
  errors: [notFound],
});

export const conversationNew = event('conversation.new', ConversationDto, {
  summary: 'I am in a new conversation: all of it, with my own side.',
  audience: 'each member, all devices',
  durable: true,
});
