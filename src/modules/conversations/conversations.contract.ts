import { forbidden, notFound } from '../../kernel/errors/base.errors.js';
import { command, event, read } from '../../kernel/realtime/contract.js';
import { blockedByYou, unavailable } from '../blocks/blocks.errors.js';
import { clientIdReused, conversationFull, dmNotEditable } from './conversations.errors.js';
import {
  ChannelPageDto,
  ConversationDto,
  ConversationRemovedDto,
  ConversationStateDto,
  ListChannelsDto,
  UpdateConversationDto,
} from './dto/conversation.dto.js';
import { ConversationIdDto, CreateConversationDto } from './dto/create-conversation.dto.js';

export const createConversation = command('conversation.create', CreateConversationDto, ConversationDto, {
  summary:
    'Creates a group or channel, or returns the DM of two users. Only a host admin may set ownerId. Status 200 if the DM existed, else 201.',
  rest: 'POST /v1/conversations',
  location: ({ id }) => `/v1/conversations/${id}`,
  permission: ['any user', 'host admin'],
  errors: [forbidden, blockedByYou, unavailable, notFound, clientIdReused, conversationFull],
});

export const getConversation = read('conversation.get', ConversationIdDto, ConversationDto, {
  summary: 'Returns one conversation of the current user.',
  rest: 'GET /v1/conversations/{conversationId}',
  permission: 'member',
  errors: [notFound],
});

export const listChannels = read('channel.list', ListChannelsDto, ChannelPageDto, {
  summary: 'Lists the public channels by title.',
  rest: 'GET /v1/channels',
  permission: 'any user',
});

export const updateConversation = command(
  'conversation.update',
  UpdateConversationDto,
  ConversationStateDto,
  {
    summary: 'Updates the title, description, picture or visibility of a conversation.',
    rest: 'PATCH /v1/conversations/{conversationId}',
    permission: ['admin', 'owner', 'host admin'],
    errors: [notFound, forbidden, dmNotEditable],
  },
);

export const deleteConversation = command('conversation.delete', ConversationIdDto, ConversationIdDto, {
  summary: 'Deletes a group or channel with its messages for all members. Cannot be undone.',
  rest: 'DELETE /v1/conversations/{conversationId}',
  permission: ['owner', 'host admin'],
  errors: [notFound, forbidden, dmNotEditable],
});

export const conversationNew = event('conversation.new', ConversationDto, {
  summary: 'The user became a member: the whole conversation with the membership of the user.',
  recipients: 'all devices of each new member',
  durable: true,
});

export const conversationUpdated = event('conversation.updated', ConversationStateDto, {
  summary: 'The shared state of a conversation has changed.',
  recipients: 'all devices of every member',
  durable: true,
});

export const conversationRemoved = event('conversation.removed', ConversationRemovedDto, {
  summary: 'The user was removed or the conversation deleted.',
  recipients: 'all devices of the removed user; after a deletion, of every former member',
  durable: true,
});
