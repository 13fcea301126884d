import { notFound } from '../../../kernel/errors/base.errors.js';
import { command, event, read } from '../../../kernel/realtime/contract.js';
import { MessageIdDto } from '../dto/change-message.dto.js';
import { ThreadSubscriptionDto } from './dto/thread-subscription.dto.js';
import { ReadThreadDto } from './dto/read-thread.dto.js';
import { GetThreadDto, ListThreadsDto, ThreadListDto, ThreadPageDto } from './dto/thread-page.dto.js';

const about = { permission: 'any member', errors: [notFound] };

export const followThread = command('thread.follow', MessageIdDto, ThreadSubscriptionDto, {
  summary: 'I want to hear of the replies under this message. Those that are there count as read.',
  rest: 'PUT /v1/messages/{messageId}/follow',
  ...about,
});

export const unfollowThread = command('thread.unfollow', MessageIdDto, ThreadSubscriptionDto, {
  summary: 'I want no more of this thread, also when I reply or am mentioned in it, until I follow it again.',
  rest: 'DELETE /v1/messages/{messageId}/follow',
  ...about,
});

export const readThread = command('thread.read', ReadThreadDto, ThreadSubscriptionDto, {
  summary: 'I have read this thread, which I follow, up to here. The mark only moves forward.',
  rest: 'POST /v1/messages/{messageId}/thread/read',
  ...about,
});

export const getThread = read('thread.get', GetThreadDto, ThreadPageDto, {
  summary: 'A page of the replies under a message.',
  rest: 'GET /v1/messages/{messageId}/thread',
  ...about,
});

export const listThreads = read('thread.list', ListThreadsDto, ThreadListDto, {
  summary: 'The threads that I follow, the newest reply first.',
  rest: 'GET /v1/threads',
  permission: 'everybody',
});

export const threadUpdated = event('thread.updated', ThreadSubscriptionDto, {
  summary: 'My own side of a thread has changed: whether I follow it, and how far I have read.',
  recipients: 'all devices of mine',
  durable: true,
});
