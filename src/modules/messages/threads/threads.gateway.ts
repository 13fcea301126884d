import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { MessageIdDto } from '../dto/message.dto.js';
import { ReadThreadDto, type ThreadSubscriptionDto } from '../dto/threads.dto.js';
import { ThreadSubscriptionsService } from './thread-subscriptions.service.js';
import { followThread, readThread, unfollowThread } from './threads.contract.js';

/** Socket commands of threads. */
@ChatGateway()
export class ThreadsGateway {
  constructor(private readonly subscriptions: ThreadSubscriptionsService) {}

  @CommandHandler(followThread)
  follow(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<ThreadSubscriptionDto> {
    return this.subscriptions.follow(user, input);
  }

  @CommandHandler(unfollowThread)
  unfollow(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<ThreadSubscriptionDto> {
    return this.subscriptions.unfollow(user, input);
  }

  @CommandHandler(readThread)
  read(@CurrentUser() user: AuthUser, @Input() input: ReadThreadDto): Promise<ThreadSubscriptionDto> {
    return this.subscriptions.read(user, input);
  }
}
