import { notFound } from '../../../kernel/errors/base.errors.js';
import { command, event, read } from '../../../kernel/realtime/contract.js';
import { ListSavedDto, MessageFlagsDto, SavedPageDto } from '../dto/message-flags.dto.js';
import { MessageIdDto } from '../dto/message.dto.js';
import { alreadyDeleted } from '../messages.errors.js';

const permission = 'member';
const recipients = 'all devices of the user';

export const listSavedMessages = read('saved_message.list', ListSavedDto, SavedPageDto, {
  summary: 'Lists the saved messages of the current user, without deleted and unreadable messages.',
  rest: 'GET /v1/saved-messages',
  permission: 'any user',
});

export const saveMessage = command('message.save', MessageIdDto, MessageFlagsDto, {
  summary: 'Saves a message for the current user.',
  rest: 'PUT /v1/messages/{messageId}/saved',
  permission,
  errors: [notFound, alreadyDeleted],
});

export const unsaveMessage = command('message.unsave', MessageIdDto, MessageFlagsDto, {
  summary: 'Removes a message from the saved messages of the current user.',
  rest: 'DELETE /v1/messages/{messageId}/saved',
  permission,
  errors: [notFound],
});

export const hideMessage = command('message.hide', MessageIdDto, MessageFlagsDto, {
  summary: 'Hides a message on all devices of the current user, permanently. Other members notice no change.',
  rest: 'PUT /v1/messages/{messageId}/hidden',
  permission,
  errors: [notFound],
});

export const messageSaved = event('message.saved', MessageFlagsDto, {
  summary: 'The current user saved or unsaved a message.',
  recipients,
  durable: true,
});

export const messageHidden = event('message.hidden', MessageFlagsDto, {
  summary: 'The current user hid a message. Clients remove its content from every view.',
  recipients,
  durable: true,
});
