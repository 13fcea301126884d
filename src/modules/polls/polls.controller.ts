import { Controller, Get, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { Answers } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import type { MessageDto } from '../messages/dto/message.dto.js';
import { ClosingService } from './closing.service.js';
import { CreatePollDto } from './dto/create-poll.dto.js';
import { ListPollsDto, PollIdDto, type PollDto, type PollPageDto } from './dto/poll.dto.js';
import { ListVotesDto, VoteDto, type VotePageDto } from './dto/vote.dto.js';
import { closePoll, createPoll, getPoll, listPolls, listVotes, votePoll } from './polls.contract.js';
import { PollsService } from './polls.service.js';
import { VotesService } from './votes.service.js';

@ApiTags('polls')
@Controller('v1/polls')
export class PollsController {
  constructor(
    private readonly polls: PollsService,
    private readonly votes: VotesService,
    private readonly closing: ClosingService,
  ) {}

  @Post()
  @Answers(createPoll)
  create(@CallerParam() caller: Caller, @Input() input: CreatePollDto): Promise<MessageDto> {
    return this.polls.create(caller, input);
  }

  @Get(':pollId')
  @Answers(getPoll)
  get(@CallerParam() caller: Caller, @Input() input: PollIdDto): Promise<PollDto> {
    return this.polls.get(caller, input);
  }

  @Get()
  @Answers(listPolls)
  list(@CallerParam() caller: Caller, @Input() input: ListPollsDto): Promise<PollPageDto> {
    return this.polls.list(caller, input);
  }

  @Put(':pollId/vote')
  @Answers(votePoll)
  vote(@CallerParam() caller: Caller, @Input() input: VoteDto): Promise<PollDto> {
    return this.votes.vote(caller, input);
  }

  @Get(':pollId/votes')
  @Answers(listVotes)
  listVotes(@CallerParam() caller: Caller, @Input() input: ListVotesDto): Promise<VotePageDto> {
    return this.votes.list(caller, input);
  }

  @Post(':pollId/close')
  @Answers(closePoll)
  close(@CallerParam() caller: Caller, @Input() input: PollIdDto): Promise<PollDto> {
    return this.closing.close(caller, input);
  }
}
