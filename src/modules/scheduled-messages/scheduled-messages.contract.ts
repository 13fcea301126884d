import { forbidden, notFound } from '../../kernel/errors/base.errors.js';
import { command, event, read } from '../../kernel/realtime/contract.js';
import { clientIdReused } from '../conversations/conversations.errors.js';
import { blockedByYou, unavailable } from '../users/users.errors.js';
import {
  ListScheduledMessagesDto,
  ScheduledMessageIdDto,
  ScheduleMessageDto,
  UpdateScheduledMessageDto,
} from './dto/schedule-message.dto.js';
import { ScheduledMessageDto, ScheduledMessagePageDto } from './dto/scheduled-message.dto.js';
import { notScheduled, tooManyScheduled } from './scheduled-messages.errors.js';

const permission = 'its sender';

export const scheduleMessage = command('scheduled_message.create', ScheduleMessageDto, ScheduledMessageDto, {
  summary: 'Writes a message that is sent later, whether I am there then or not. At most 100 wait.',
  rest: 'POST /v1/scheduled-messages',
  errors: [notFound, forbidden, blockedByYou, unavailable, clientIdReused, tooManyScheduled],
});

export const listScheduledMessages = read(
  'scheduled_message.list',
  ListScheduledMessagesDto,
  ScheduledMessagePageDto,
  {
    summary: 'My messages that wait to be sent, the next one first, and those that were refused.',
    rest: 'GET /v1/scheduled-messages',
    permission: 'everybody',
  },
);

export const updateScheduledMessage = command(
  'scheduled_message.update',
  UpdateScheduledMessageDto,
  ScheduledMessageDto,
  {
    summary: 'Changes a message that waits, or when it is sent.',
    rest: 'PATCH /v1/scheduled-messages/{scheduledMessageId}',
    permission,
    errors: [notFound, forbidden, blockedByYou, unavailable, notScheduled],
  },
);

export const cancelScheduledMessage = command(
  'scheduled_message.cancel',
  ScheduledMessageIdDto,
  ScheduledMessageDto,
  {
    summary: 'It is never sent, and its content is gone. One that was refused is put away by this.',
    rest: 'DELETE /v1/scheduled-messages/{scheduledMessageId}',
    permission,
    errors: [notFound, notScheduled],
  },
);

export const sendScheduledMessage = command(
  'scheduled_message.send',
  ScheduledMessageIdDto,
  ScheduledMessageDto,
  {
    summary: 'Sends it now.',
    rest: 'POST /v1/scheduled-messages/{scheduledMessageId}/send',
    permission,
    errors: [notFound, forbidden, blockedByYou, unavailable, notScheduled],
  },
);

export const scheduledMessageUpdated = event('scheduled_message.updated', ScheduledMessageDto, {
  summary: 'A scheduled message of mine is new, has changed, was sent, was refused or is cancelled.',
  recipients: 'all devices of mine',
  durable: true,
});
