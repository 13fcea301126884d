import { forbidden, notFound } from '../../kernel/errors/base.errors.js';
import { command, event, read } from '../../kernel/realtime/contract.js';
import { clientIdReused } from '../conversations/conversations.errors.js';
import { blockedByYou, unavailable } from '../blocks/blocks.errors.js';
import { EditMessageDto, MessageIdDto } from './dto/change-message.dto.js';
import { EditPageDto, ListEditsDto } from './dto/edits.dto.js';
import { ForwardMessageDto } from './dto/forward-message.dto.js';
import { ListMessagesDto } from './dto/list-messages.dto.js';
import { MessageDto, MessagePageDto, MessageUpdatedDto } from './dto/message.dto.js';
import { SendMessageDto } from './dto/send-message.dto.js';
import { alreadyDeleted, notDeletable, notEditable, notForwardable } from './messages.errors.js';

const recipients = 'all devices of every member, the sender’s too';

export const sendMessage = command('message.send', SendMessageDto, MessageDto, {
  summary: 'Sends a message. The answer means: committed, in this place, for everybody.',
  rest: 'POST /v1/messages',
  errors: [notFound, forbidden, blockedByYou, unavailable, clientIdReused],
});

export const listMessages = command('message.list', ListMessagesDto, MessagePageDto, {
  summary: 'A page of the history.',
  rest: 'GET /v1/messages',
  errors: [notFound],
});

export const getMessage = read('message.get', MessageIdDto, MessageDto, {
  summary: 'One message.',
  rest: 'GET /v1/messages/{messageId}',
  errors: [notFound],
});

export const editMessage = command('message.edit', EditMessageDto, MessageDto, {
  summary: 'Replaces the text of my message. The last edit wins.',
  rest: 'PATCH /v1/messages/{messageId}',
  errors: [notFound, forbidden, blockedByYou, unavailable, alreadyDeleted, notEditable],
});

export const deleteMessage = command('message.delete', MessageIdDto, MessageDto, {
  summary: 'Deletes my message for everybody: its place stays, its content is gone.',
  rest: 'DELETE /v1/messages/{messageId}',
  errors: [notFound, forbidden, notDeletable],
});

export const listEdits = read('edit.list', ListEditsDto, EditPageDto, {
  summary: 'What a message said before it was edited.',
  rest: 'GET /v1/messages/{messageId}/edits',
  permission: 'any member, its author or nobody, as the operator decides (EDIT_HISTORY)',
  errors: [notFound, forbidden],
});

export const forwardMessage = command('message.forward', ForwardMessageDto, MessageDto, {
  summary: 'Passes a message that I can read on to another conversation, without its author and mentions.',
  rest: 'POST /v1/messages/{messageId}/forward',
  permission: 'any member of both',
  errors: [notFound, blockedByYou, unavailable, clientIdReused, alreadyDeleted, notForwardable],
});

export const messageNew = event('message.new', MessageDto, {
  summary: 'A message was sent.',
  recipients,
  durable: true,
});
export const messageUpdated = event('message.updated', MessageUpdatedDto, {
  summary: 'A message has changed: its whole new state, and who did it.',
  recipients,
  durable: true,
});
export const messageDeleted = event('message.deleted', MessageDto, {
  summary: 'A message was deleted: what is left of it.',
  recipients,
  durable: true,
});
