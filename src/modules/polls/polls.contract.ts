import { forbidden, notFound } from '../../kernel/errors/base.errors.js';
import { command, event, read } from '../../kernel/realtime/contract.js';
import { clientIdReused } from '../conversations/conversations.errors.js';
import { MessageDto } from '../messages/dto/message.dto.js';
import { blockedByYou, unavailable } from '../blocks/blocks.errors.js';
import { CreatePollDto, ListPollsDto, PollDto, PollIdDto, PollPageDto } from './dto/poll.dto.js';
import { ListVotesDto, PollVotedDto, VotePollDto, VotePageDto } from './dto/vote.dto.js';
import { anonymousPoll, pollClosed, resultsHidden } from './polls.errors.js';

const permission = 'member';

export const createPoll = command('poll.create', CreatePollDto, MessageDto, {
  summary: 'Creates a poll: a message of type poll with the question as its content.',
  rest: 'POST /v1/polls',
  location: ({ id }) => `/v1/messages/${id}`,
  permission,
  errors: [notFound, forbidden, blockedByYou, unavailable, clientIdReused],
});

export const getPoll = read('poll.get', PollIdDto, PollDto, {
  summary: 'Returns a poll with the options chosen by the current user.',
  rest: 'GET /v1/polls/{pollId}',
  permission,
  errors: [notFound],
});

export const listPolls = read('poll.list', ListPollsDto, PollPageDto, {
  summary: 'Lists the polls of a conversation, open and closed, newest first.',
  rest: 'GET /v1/polls',
  permission,
  errors: [notFound],
});

export const votePoll = command('poll.vote', VotePollDto, PollDto, {
  summary: 'Sets the vote of the current user: replaces the former choice; an empty list withdraws it.',
  rest: 'PUT /v1/polls/{pollId}/vote',
  permission,
  errors: [notFound, blockedByYou, unavailable, pollClosed],
});

export const listPollVotes = read('poll_vote.list', ListVotesDto, VotePageDto, {
  summary: 'Lists the votes of a poll that is not anonymous and shows its results.',
  rest: 'GET /v1/polls/{pollId}/votes',
  permission,
  errors: [notFound, anonymousPoll, resultsHidden],
});

export const closePoll = command('poll.close', PollIdDto, PollDto, {
  summary: 'Closes a poll. Its results become visible and final.',
  rest: 'POST /v1/polls/{pollId}/close',
  permission: ['sender', 'admin', 'owner'],
  errors: [notFound, forbidden, blockedByYou, unavailable, pollClosed],
});

export const pollVoted = event('poll.voted', PollVotedDto, {
  summary: 'The current user voted in a poll. message.updated carries the results for all members.',
  recipients: 'all devices of the voter',
  durable: false,
});
