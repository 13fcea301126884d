import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { MessageIdDto } from '../dto/change-message.dto.js';
import type { ThreadSubscriptionDto } from './dto/thread-subscription.dto.js';
import { ReadThreadDto } from './dto/read-thread.dto.js';
import { followThread, readThread, unfollowThread } from './threads.contract.js';
import { ThreadsService } from './threads.service.js';

@ChatGateway()
export class ThreadsGateway {
  constructor(private readonly threads: ThreadsService) {}

  @CommandHandler(followThread)
  follow(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<ThreadSubscriptionDto> {
    return this.threads.follow(user, input);
  }

  @CommandHandler(unfollowThread)
  unfollow(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<ThreadSubscriptionDto> {
    return this.threads.unfollow(user, input);
  }

  @CommandHandler(readThread)
  read(@CurrentUser() user: AuthUser, @Input() input: ReadThreadDto): Promise<ThreadSubscriptionDto> {
    return this.threads.read(user, input);
  }
}
