import { Controller, Get, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import type { MessageDto } from '../messages/dto/message.dto.js';
import { PollClosingService } from './poll-closing.service.js';
import { CreatePollDto, ListPollsDto, PollIdDto, type PollDto, type PollPageDto } from './dto/poll.dto.js';
import { ListVotesDto, VotePollDto, type VotePageDto } from './dto/vote.dto.js';
import { closePoll, createPoll, getPoll, listPolls, listPollVotes, votePoll } from './polls.contract.js';
import { PollsService } from './polls.service.js';
import { PollVotesService } from './poll-votes.service.js';

/** REST routes of polls. */
@ApiTags('polls')
@Controller('v1/polls')
export class PollsController {
  constructor(
    private readonly polls: PollsService,
    private readonly votes: PollVotesService,
    private readonly closing: PollClosingService,
  ) {}

  @Post()
  @Endpoint(createPoll)
  createPoll(@CurrentUser() user: AuthUser, @Input() input: CreatePollDto): Promise<MessageDto> {
    return this.polls.createPoll(user, input);
  }

  @Get(':pollId')
  @Endpoint(getPoll)
  getPoll(@CurrentUser() user: AuthUser, @Input() input: PollIdDto): Promise<PollDto> {
    return this.polls.getPoll(user, input);
  }

  @Get()
  @Endpoint(listPolls)
  listPolls(@CurrentUser() user: AuthUser, @Input() input: ListPollsDto): Promise<PollPageDto> {
    return this.polls.listPolls(user, input);
  }

  @Put(':pollId/vote')
  @Endpoint(votePoll)
  votePoll(@CurrentUser() user: AuthUser, @Input() input: VotePollDto): Promise<PollDto> {
    return this.votes.votePoll(user, input);
  }

  @Get(':pollId/votes')
  @Endpoint(listPollVotes)
  listPollVotes(@CurrentUser() user: AuthUser, @Input() input: ListVotesDto): Promise<VotePageDto> {
    return this.votes.listPollVotes(user, input);
  }

  @Post(':pollId/close')
  @Endpoint(closePoll)
  closePoll(@CurrentUser() user: AuthUser, @Input() input: PollIdDto): Promise<PollDto> {
    return this.closing.closePoll(user, input);
  }
}
