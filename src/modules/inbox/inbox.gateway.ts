import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { ChatGateway } from '../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { NoInputDto } from '../../kernel/validation/no-input.dto.js';
import { SyncDto, type SyncedDto } from './dto/sync.dto.js';
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

  @On(getUnread)
  unread(@CallerParam() caller: Caller, @Input() _input: NoInputDto): Promise<UnreadDto> {
    return this.inbox.unread(caller);
  }

  @On(clearUnread)
  clear(@CallerParam() caller: Caller, @Input() _input: NoInputDto): Promise<UnreadDto> {
    return this.inbox.clear(caller);
  }

  @On(sync)
  sync(@CallerParam() caller: Caller, @Input() input: SyncDto): Promise<SyncedDto> {
    return this.synced.sync(caller, input);
  }
}
