import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway } from '../../kernel/realtime/chat-gateway.decorator.js';
import { CommandHandler } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import type { MessageDto } from '../messages/dto/message.dto.js';
import { ClosingService } from './closing.service.js';
import { CreatePollDto } from './dto/create-poll.dto.js';
import { PollIdDto, type PollDto } from './dto/poll.dto.js';
import { VotePollDto } from './dto/vote.dto.js';
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

  @CommandHandler(createPoll)
  create(@CurrentUser() user: AuthUser, @Input() input: CreatePollDto): Promise<MessageDto> {
    return this.polls.create(user, input);
  }

  @CommandHandler(votePoll)
  vote(@CurrentUser() user: AuthUser, @Input() input: VotePollDto): Promise<PollDto> {
    return this.votes.vote(user, input);
  }

  @CommandHandler(closePoll)
  close(@CurrentUser() user: AuthUser, @Input() input: PollIdDto): Promise<PollDto> {
    return this.closing.close(user, input);
  }
}
