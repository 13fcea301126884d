import { notFound } from '../../../kernel/errors/base.errors.js';
import { command, event, read } from '../../../kernel/realtime/contract.js';
import { MessageIdDto } from '../dto/change-message.dto.js';
import { alreadyDeleted } from '../messages.errors.js';
import { ListSavedDto, MessageFlagsDto, SavedPageDto } from './dto/message-flags.dto.js';

const permission = 'any member';
const recipients = 'all devices of mine';

export const listSavedMessages = read('saved_message.list', ListSavedDto, SavedPageDto, {
  summary: 'The messages that I saved, as far as I can still read them.',
  rest: 'GET /v1/saved-messages',
  permission: 'everybody',
});

export const saveMessage = command('message.save', MessageIdDto, MessageFlagsDto, {
  summary: 'Keeps a message for me to find it again.',
  rest: 'PUT /v1/messages/{messageId}/saved',
  permission,
  errors: [notFound, alreadyDeleted],
});

export const unsaveMessage = command('message.unsave', MessageIdDto, MessageFlagsDto, {
  summary: 'Keeps it no longer.',
  rest: 'DELETE /v1/messages/{messageId}/saved',
  permission,
  errors: [notFound],
});

export const hideMessage = command('message.hide', MessageIdDto, MessageFlagsDto, {
  summary: 'Deletes a message for myself alone: on all my devices, for good. Nobody else sees a difference.',
  rest: 'PUT /v1/messages/{messageId}/hidden',
  permission,
  errors: [notFound],
});

export const messageSaved = event('message.saved', MessageFlagsDto, {
  summary: 'I saved a message, or no longer.',
  recipients,
  durable: true,
});

export const messageHidden = event('message.hidden', MessageFlagsDto, {
  summary: 'I hid a message from myself: leave it out wherever it would be shown.',
  recipients,
  durable: true,
});
