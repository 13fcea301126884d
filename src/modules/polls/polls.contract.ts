import { forbidden, notFound } from '../../kernel/errors/base.errors.js';
import { command, event, read } from '../../kernel/realtime/contract.js';
import { clientIdReused } from '../conversations/conversations.errors.js';
import { MessageDto } from '../messages/dto/message.dto.js';
import { blockedByYou, unavailable } from '../users/users.errors.js';
import { CreatePollDto } from './dto/create-poll.dto.js';
import { ListPollsDto, PollDto, PollIdDto, PollPageDto } from './dto/poll.dto.js';
import { ListVotesDto, PollVotedDto, VotePollDto, VotePageDto } from './dto/vote.dto.js';
import { anonymousPoll, pollClosed, resultsHidden } from './polls.errors.js';

const permission = 'any member';

export const createPoll = command('poll.create', CreatePollDto, MessageDto, {
  summary:
    'Puts a question to everybody in a conversation: a message of type poll, whose text is the question.',
  rest: 'POST /v1/polls',
  permission,
  errors: [notFound, forbidden, blockedByYou, unavailable, clientIdReused],
});

export const getPoll = read('poll.get', PollIdDto, PollDto, {
  summary: 'A poll, and what I have chosen in it.',
  rest: 'GET /v1/polls/{pollId}',
  permission,
  errors: [notFound],
});

export const listPolls = read('poll.list', ListPollsDto, PollPageDto, {
  summary: 'The polls of a conversation, open and closed.',
  rest: 'GET /v1/polls',
  permission,
  errors: [notFound],
});

export const votePoll = command('poll.vote', VotePollDto, PollDto, {
  summary: 'Votes, changes my vote or withdraws it: what I choose is all that I choose.',
  rest: 'PUT /v1/polls/{pollId}/vote',
  permission,
  errors: [notFound, blockedByYou, unavailable, pollClosed],
});

export const listPollVotes = read('poll_vote.list', ListVotesDto, VotePageDto, {
  summary: 'Who voted for what, unless the poll is anonymous or does not show it yet.',
  rest: 'GET /v1/polls/{pollId}/votes',
  permission,
  errors: [notFound, anonymousPoll, resultsHidden],
});

export const closePoll = command('poll.close', PollIdDto, PollDto, {
  summary: 'Closes a poll: its result is shown from now on, and never changes again.',
  rest: 'POST /v1/polls/{pollId}/close',
  permission: 'its author; in a group or channel its owners and admins too',
  errors: [notFound, forbidden, blockedByYou, unavailable, pollClosed],
});

export const pollVoted = event('poll.voted', PollVotedDto, {
  summary: 'I have voted in a poll. What it comes to for everybody is told by message.updated.',
  recipients: 'all devices of mine',
  durable: false,
});
