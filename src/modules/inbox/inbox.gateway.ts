import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway } from '../../kernel/realtime/chat-gateway.decorator.js';
import { CommandHandler } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { NoInputDto } from '../../kernel/validation/no-input.dto.js';
import { SyncRequestDto, type SyncResponseDto } from './dto/sync.dto.js';
import type { UnreadDto } from './dto/unread.dto.js';
import { clearUnread, getUnread, sync } from './inbox.contract.js';
import { InboxService } from './inbox.service.js';
import { SyncService } from './sync.service.js';

@ChatGateway()
export class InboxGateway {
  constructor(
    private readonly inbox: InboxService,
    private readonly synced: SyncService,
  ) {}

  @CommandHandler(getUnread)
  unread(@CurrentUser() user: AuthUser, @Input() _input: NoInputDto): Promise<UnreadDto> {
    return this.inbox.unread(user);
  }

  @CommandHandler(clearUnread)
  clear(@CurrentUser() user: AuthUser, @Input() _input: NoInputDto): Promise<UnreadDto> {
    return this.inbox.clear(user);
  }

  @CommandHandler(sync)
  sync(@CurrentUser() user: AuthUser, @Input() input: SyncRequestDto): Promise<SyncResponseDto> {
    return this.synced.sync(user, input);
  }
}
