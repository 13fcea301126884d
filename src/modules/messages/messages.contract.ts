import { forbidden, notFound } from '../../kernel/errors/base.errors.js';
import { command, event, read } from '../../kernel/realtime/contract.js';
import { clientIdReused } from '../conversations/conversations.errors.js';
import { blockedByYou, unavailable } from '../blocks/blocks.errors.js';
import {
  EditPageDto,
  ListEditsDto,
  ListMediaDto,
  ListMentionsDto,
  ListMessagesDto,
  MessagePageDto,
} from './dto/list-messages.dto.js';
import { ListMessageReceiptsDto, MessageReceiptPageDto } from './dto/message-receipts.dto.js';
import { MessageDto, MessageIdDto, MessageUpdatedDto } from './dto/message.dto.js';
import { EditMessageDto, ForwardMessageDto, SendMessageDto } from './dto/send-message.dto.js';
import {
  alreadyDeleted,
  notDeletable,
  notEditable,
  notForwardable,
  receiptsDisabled,
} from './messages.errors.js';

const recipients = 'all devices of every member';

export const sendMessage = command('message.send', SendMessageDto, MessageDto, {
  summary: 'Sends a message. The result confirms the commit and contains the seq.',
  rest: 'POST /v1/messages',
  location: ({ id }) => `/v1/messages/${id}`,
  permission: 'member',
  errors: [notFound, forbidden, blockedByYou, unavailable, clientIdReused],
});

export const listMessages = command('message.list', ListMessagesDto, MessagePageDto, {
  summary: 'Lists the messages of a conversation by seq: the main timeline, or all with thread replies.',
  rest: 'GET /v1/messages',
  permission: 'member',
  errors: [notFound],
});

export const getMessage = read('message.get', MessageIdDto, MessageDto, {
  summary: 'Returns one message.',
  rest: 'GET /v1/messages/{messageId}',
  permission: 'member',
  errors: [notFound],
});

export const editMessage = command('message.edit', EditMessageDto, MessageDto, {
  summary: 'Replaces the text of a message of the current user. The last edit wins.',
  rest: 'PATCH /v1/messages/{messageId}',
  permission: 'sender',
  errors: [notFound, forbidden, blockedByYou, unavailable, alreadyDeleted, notEditable],
});

export const deleteMessage = command('message.delete', MessageIdDto, MessageDto, {
  summary:
    'Deletes a message of the current user for all members: removes its content and keeps its position.',
  rest: 'DELETE /v1/messages/{messageId}',
  permission: 'sender',
  errors: [notFound, forbidden, notDeletable],
});

export const listEdits = read('edit.list', ListEditsDto, EditPageDto, {
  summary:
    'Lists the earlier texts of an edited message. EDIT_HISTORY limits it to the sender, or to no user.',
  rest: 'GET /v1/messages/{messageId}/edits',
  permission: ['member', 'sender'],
  errors: [notFound, forbidden],
});

export const forwardMessage = command('message.forward', ForwardMessageDto, MessageDto, {
  summary:
    'Sends a copy of a readable message to another conversation of the current user, without its sender and mentions.',
  rest: 'POST /v1/messages/{messageId}/forward',
  location: ({ id }) => `/v1/messages/${id}`,
  permission: 'member',
  errors: [notFound, blockedByYou, unavailable, clientIdReused, alreadyDeleted, notForwardable],
});

export const listMedia = read('media.list', ListMediaDto, MessagePageDto, {
  summary: 'Lists the messages of a conversation with media, newest first.',
  rest: 'GET /v1/conversations/{conversationId}/media',
  permission: 'member',
  errors: [notFound],
});

export const listMentions = read('mention.list', ListMentionsDto, MessagePageDto, {
  summary: 'Lists messages of other users that mention the current user or all members, newest first.',
  rest: 'GET /v1/mentions',
  permission: 'any user',
  errors: [notFound],
});

export const listMessageReceipts = read(
  'message_receipt.list',
  ListMessageReceiptsDto,
  MessageReceiptPageDto,
  {
    summary: 'Lists delivery and reading of a message by member, with times.',
    rest: 'GET /v1/messages/{messageId}/receipts',
    permission: 'member',
    errors: [notFound, receiptsDisabled],
  },
);

export const messageNew = event('message.new', MessageDto, {
  summary: 'A message was sent.',
  recipients,
  durable: true,
});
export const messageUpdated = event('message.updated', MessageUpdatedDto, {
  summary: 'A message changed: its complete new state and the user who caused the change.',
  recipients,
  durable: true,
});
export const messageDeleted = event('message.deleted', MessageDto, {
  summary: 'A message was deleted for all members: its state without content.',
  recipients,
  durable: true,
});
