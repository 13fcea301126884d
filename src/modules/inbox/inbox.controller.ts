import { Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { Answers } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { NoInputDto } from '../../kernel/validation/no-input.dto.js';
import { ListConversationsDto, type ConversationPageDto } from './dto/list-conversations.dto.js';
import { SyncDto, type SyncedDto } from './dto/sync.dto.js';
import type { UnreadDto } from './dto/unread.dto.js';
import { clearUnread, getUnread, listConversations, sync } from './inbox.contract.js';
import { InboxService } from './inbox.service.js';
import { SyncService } from './sync.service.js';

@ApiTags('inbox')
@Controller('v1')
export class InboxController {
  constructor(
    private readonly inbox: InboxService,
    private readonly synced: SyncService,
  ) {}

  @Get('conversations')
  @Answers(listConversations)
  list(@CallerParam() caller: Caller, @Input() input: ListConversationsDto): Promise<ConversationPageDto> {
    return this.inbox.list(caller, input);
  }

  @Get('unread')
  @Answers(getUnread)
  unread(@CallerParam() caller: Caller, @Input() _input: NoInputDto): Promise<UnreadDto> {
    return this.inbox.unread(caller);
  }

  @Post('unread/clear')
  @Answers(clearUnread, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  clear(@CallerParam() caller: Caller, @Input() _input: NoInputDto): Promise<UnreadDto> {
    return this.inbox.clear(caller);
  }

  @Post('sync')
  @Answers(sync, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  sync(@CallerParam() caller: Caller, @Input() input: SyncDto): Promise<SyncedDto> {
    return this.synced.sync(caller, input);
  }
}
