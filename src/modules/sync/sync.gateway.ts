import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { SyncRequestDto, type SyncResponseDto } from './dto/sync.dto.js';
import { sync } from './sync.contract.js';
import { SyncService } from './sync.service.js';

/** Socket command of sync. */
@ChatGateway()
export class SyncGateway {
  constructor(private readonly syncService: SyncService) {}

  @CommandHandler(sync)
  sync(@CurrentUser() user: AuthUser, @Input() input: SyncRequestDto): Promise<SyncResponseDto> {
    return this.syncService.sync(user, input);
  }
}
