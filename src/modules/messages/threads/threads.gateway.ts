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
  followThread(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<ThreadSubscriptionDto> {
    return this.subscriptions.followThread(user, input);
  }

  @CommandHandler(unfollowThread)
  unfollowThread(
    @CurrentUser() user: AuthUser,
    @Input() input: MessageIdDto,
  ): Promise<ThreadSubscriptionDto> {
    return this.subscriptions.unfollowThread(user, input);
  }

  @CommandHandler(readThread)
  readThread(@CurrentUser() user: AuthUser, @Input() input: ReadThreadDto): Promise<ThreadSubscriptionDto> {
    return this.subscriptions.readThread(user, input);
  }
}
