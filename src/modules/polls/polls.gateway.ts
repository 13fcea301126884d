import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { ChatGateway } from '../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import type { MessageDto } from '../messages/dto/message.dto.js';
import { ClosingService } from './closing.service.js';
import { CreatePollDto } from './dto/create-poll.dto.js';
import { PollIdDto, type PollDto } from './dto/poll.dto.js';
import { VoteDto } from './dto/vote.dto.js';
import { closePoll, createPoll, votePoll } from './polls.contract.js';
import { PollsService } from './polls.service.js';
import { VotesService } from './votes.service.js';

@ChatGateway()
export class PollsGateway {
  constructor(
    private readonly polls: PollsService,
    private readonly votes: VotesService,
    private readonly closing: ClosingService,
  ) {}

  @On(createPoll)
  create(@CallerParam() caller: Caller, @Input() input: CreatePollDto): Promise<MessageDto> {
    return this.polls.create(caller, input);
  }

  @On(votePoll)
  vote(@CallerParam() caller: Caller, @Input() input: VoteDto): Promise<PollDto> {
    return this.votes.vote(caller, input);
  }

  @On(closePoll)
  close(@CallerParam() caller: Caller, @Input() input: PollIdDto): Promise<PollDto> {
    return this.closing.close(caller, input);
  }
}
