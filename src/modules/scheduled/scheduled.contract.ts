import { forbidden, notFound } from '../../kernel/errors/base.errors.js';
import { command, event, read } from '../../kernel/realtime/contract.js';
import { clientIdReused } from '../conversations/conversations.errors.js';
import { blockedByYou, unavailable } from '../users/users.errors.js';
import {
  ListScheduledDto,
  ScheduledIdDto,
  ScheduleMessageDto,
  UpdateScheduledDto,
} from './dto/schedule-message.dto.js';
import { ScheduledMessageDto, ScheduledPageDto } from './dto/scheduled-message.dto.js';
import { notScheduled, tooManyScheduled } from './scheduled.errors.js';

const permission = 'its sender';

export const scheduleMessage = command('schedule.create', ScheduleMessageDto, ScheduledMessageDto, {
  summary: 'Writes a message that is sent later, whether I am there then or not. At most 100 wait.',
  rest: 'POST /v1/scheduled',
  errors: [notFound, forbidden, blockedByYou, unavailable, clientIdReused, tooManyScheduled],
});

export const listScheduled = read('schedule.list', ListScheduledDto, ScheduledPageDto, {
  summary: 'My messages that wait to be sent, the next one first, and those that were refused.',
  rest: 'GET /v1/scheduled',
  permission: 'everybody',
});

export const updateScheduled = command('schedule.update', UpdateScheduledDto, ScheduledMessageDto, {
  summary: 'Changes a message that waits, or when it is sent.',
  rest: 'PATCH /v1/scheduled/{scheduledId}',
  permission,
  errors: [notFound, forbidden, blockedByYou, unavailable, notScheduled],
});

export const cancelScheduled = command('schedule.cancel', ScheduledIdDto, ScheduledMessageDto, {
  summary: 'It is never sent, and its content is gone. One that was refused is put away by this.',
  rest: 'DELETE /v1/scheduled/{scheduledId}',
  permission,
  errors: [notFound, notScheduled],
});

export const sendScheduled = command('schedule.send', ScheduledIdDto, ScheduledMessageDto, {
  summary: 'Sends it now.',
  rest: 'POST /v1/scheduled/{scheduledId}/send',
  permission,
  errors: [notFound, forbidden, blockedByYou, unavailable, notScheduled],
});

export const scheduledUpdated = event('scheduled.updated', ScheduledMessageDto, {
  summary: 'A scheduled message of mine is new, has changed, was sent, was refused or is cancelled.',
  audience: 'all devices of mine',
  durable: true,
});
