import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import type { MessageDto } from '../messages/dto/message.dto.js';
import { PollClosingService } from './poll-closing.service.js';
import { CreatePollDto, PollIdDto, type PollDto } from './dto/poll.dto.js';
import { VotePollDto } from './dto/vote.dto.js';
import { closePoll, createPoll, votePoll } from './polls.contract.js';
import { PollsService } from './polls.service.js';
import { PollVotesService } from './poll-votes.service.js';

/** Socket commands of polls. */
@ChatGateway()
export class PollsGateway {
  constructor(
    private readonly polls: PollsService,
    private readonly votes: PollVotesService,
    private readonly closing: PollClosingService,
  ) {}

  @CommandHandler(createPoll)
  createPoll(@CurrentUser() user: AuthUser, @Input() input: CreatePollDto): Promise<MessageDto> {
    return this.polls.createPoll(user, input);
  }

  @CommandHandler(votePoll)
  votePoll(@CurrentUser() user: AuthUser, @Input() input: VotePollDto): Promise<PollDto> {
    return this.votes.votePoll(user, input);
  }

  @CommandHandler(closePoll)
  closePoll(@CurrentUser() user: AuthUser, @Input() input: PollIdDto): Promise<PollDto> {
    return this.closing.closePoll(user, input);
  }
}
