import { notFound } from '../../../kernel/errors/base.errors.js';
import { command, event, read } from '../../../kernel/realtime/contract.js';
import { MessageIdDto } from '../dto/message.dto.js';
import {
  GetThreadDto,
  ListThreadsDto,
  ReadThreadDto,
  ThreadListDto,
  ThreadPageDto,
  ThreadSubscriptionDto,
} from '../dto/threads.dto.js';

const access = { permission: 'member' as const, errors: [notFound] };

export const followThread = command('thread.follow', MessageIdDto, ThreadSubscriptionDto, {
  summary: 'Follows the thread of a message. Existing replies count as read.',
  rest: 'PUT /v1/messages/{messageId}/follow',
  ...access,
});

export const unfollowThread = command('thread.unfollow', MessageIdDto, ThreadSubscriptionDto, {
  summary:
    'Stops following a thread. Replies and mentions of the current user do not follow it again; thread.follow does.',
  rest: 'DELETE /v1/messages/{messageId}/follow',
  ...access,
});

export const readThread = command('thread.read', ReadThreadDto, ThreadSubscriptionDto, {
  summary: 'Moves the read position of the current user in a followed thread. It only increases.',
  rest: 'POST /v1/messages/{messageId}/thread/read',
  ...access,
});

export const getThread = read('thread.get', GetThreadDto, ThreadPageDto, {
  summary: 'Returns a thread root, the subscription of the current user, and a page of replies.',
  rest: 'GET /v1/messages/{messageId}/thread',
  ...access,
});

export const listThreads = read('thread.list', ListThreadsDto, ThreadListDto, {
  summary: 'Lists the followed threads of the current user, newest reply first.',
  rest: 'GET /v1/threads',
  permission: 'any user',
});

export const threadUpdated = event('thread.updated', ThreadSubscriptionDto, {
  summary: 'The thread subscription of the current user changed: following or read position.',
  recipients: 'all devices of the user',
  durable: true,
});
