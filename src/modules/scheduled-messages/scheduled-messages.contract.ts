import { forbidden, notFound } from '../../kernel/errors/base.errors.js';
import { command, event, read } from '../../kernel/realtime/contract.js';
import { clientIdReused } from '../conversations/conversations.errors.js';
import { blockedByYou, unavailable } from '../blocks/blocks.errors.js';
import {
  ListScheduledMessagesDto,
  ScheduledMessageIdDto,
  ScheduleMessageDto,
  UpdateScheduledMessageDto,
  ScheduledMessageDto,
  ScheduledMessagePageDto,
} from './dto/scheduled-message.dto.js';
import { notScheduled, tooManyScheduled } from './scheduled-messages.errors.js';

const permission = 'sender';

export const scheduleMessage = command('scheduled_message.create', ScheduleMessageDto, ScheduledMessageDto, {
  summary: 'Schedules a message for a later time. At most 100 per user are waiting.',
  rest: 'POST /v1/scheduled-messages',
  permission: 'member',
  errors: [notFound, forbidden, blockedByYou, unavailable, clientIdReused, tooManyScheduled],
});

export const listScheduledMessages = read(
  'scheduled_message.list',
  ListScheduledMessagesDto,
  ScheduledMessagePageDto,
  {
    summary: 'Lists the waiting and failed scheduled messages of the current user, earliest send time first.',
    rest: 'GET /v1/scheduled-messages',
    permission: 'any user',
  },
);

export const updateScheduledMessage = command(
  'scheduled_message.update',
  UpdateScheduledMessageDto,
  ScheduledMessageDto,
  {
    summary: 'Changes the content or the send time of a waiting message.',
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
    summary: 'Cancels a waiting message, or discards a failed one, and deletes its content.',
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
    summary: 'Sends a waiting message immediately.',
    rest: 'POST /v1/scheduled-messages/{scheduledMessageId}/send',
    permission,
    errors: [notFound, forbidden, blockedByYou, unavailable, notScheduled],
  },
);

export const scheduledMessageUpdated = event('scheduled_message.updated', ScheduledMessageDto, {
  summary: 'A scheduled message was created, changed, sent, cancelled or has failed.',
  recipients: 'all devices of the sender',
  durable: true,
});
