import { forbidden, notFound } from '../../kernel/errors/base.errors.js';
import { command, event, read } from '../../kernel/realtime/contract.js';
import { blockedByYou, unavailable } from '../blocks/blocks.errors.js';
import { clientIdReused, conversationFull, dmNotEditable } from './conversations.errors.js';
import { ChannelPageDto, ListChannelsDto } from './dto/channels.dto.js';
import { ConversationDto, ConversationStateDto } from './dto/conversation.dto.js';
import { ConversationIdDto, CreateConversationDto } from './dto/create-conversation.dto.js';
import { ConversationRemovedDto, UpdateConversationDto } from './dto/update-conversation.dto.js';

export const createConversation = command('conversation.create', CreateConversationDto, ConversationDto, {
  summary: 'Creates a group or channel, or finds or creates a DM: 200 when that was there, else 201.',
  rest: 'POST /v1/conversations',
  permission: 'everybody; with ownerId a host admin',
  errors: [forbidden, blockedByYou, unavailable, notFound, clientIdReused, conversationFull],
});

export const getConversation = read('conversation.get', ConversationIdDto, ConversationDto, {
  summary: 'One conversation that I am in.',
  rest: 'GET /v1/conversations/{conversationId}',
  permission: 'any member',
  errors: [notFound],
});

export const listChannels = read('channel.list', ListChannelsDto, ChannelPageDto, {
  summary: 'The public channels, by title.',
  rest: 'GET /v1/channels',
  permission: 'everybody',
});

export const updateConversation = command(
  'conversation.update',
  UpdateConversationDto,
  ConversationStateDto,
  {
    summary: 'Changes the title, the description, the picture, or who may find a channel.',
    rest: 'PATCH /v1/conversations/{conversationId}',
    permission: 'owner, admin, host admin',
    errors: [notFound, forbidden, dmNotEditable],
  },
);

export const deleteConversation = command('conversation.delete', ConversationIdDto, ConversationIdDto, {
  summary: 'Deletes a group or channel with everything in it, for everybody and for good.',
  rest: 'DELETE /v1/conversations/{conversationId}',
  permission: 'owner, host admin',
  errors: [notFound, forbidden, dmNotEditable],
});

export const conversationNew = event('conversation.new', ConversationDto, {
  summary: 'I am in a new conversation, or new in one: all of it, with my own side.',
  recipients: 'each new member, all devices',
  durable: true,
});

export const conversationUpdated = event('conversation.updated', ConversationStateDto, {
  summary: 'A conversation has changed: its whole new state.',
  recipients: 'all devices of every member',
  durable: true,
});

export const conversationRemoved = event('conversation.removed', ConversationRemovedDto, {
  summary: 'I am no longer in a conversation, or it is gone.',
  recipients: 'all devices of who was in it',
  durable: true,
});
