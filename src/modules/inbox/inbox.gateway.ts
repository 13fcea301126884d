import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../kernel/realtime/operation.decorators.js';
import { Input, NoInputDto } from '../../kernel/validation/input.decorator.js';
import type { UnreadDto } from './dto/inbox.dto.js';
import { clearUnread, getUnread } from './inbox.contract.js';
import { InboxService } from './inbox.service.js';

/** Socket commands of unread counts. */
@ChatGateway()
export class InboxGateway {
  constructor(private readonly inbox: InboxService) {}

  @CommandHandler(getUnread)
  getUnread(@CurrentUser() user: AuthUser, @Input() _input: NoInputDto): Promise<UnreadDto> {
    return this.inbox.getUnread(user);
  }

  @CommandHandler(clearUnread)
  clearUnread(@CurrentUser() user: AuthUser, @Input() _input: NoInputDto): Promise<UnreadDto> {
    return this.inbox.clearUnread(user);
  }
}
