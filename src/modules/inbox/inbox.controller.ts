import { Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { NoInputDto } from '../../kernel/validation/no-input.dto.js';
import { ListConversationsDto, type ConversationPageDto } from './dto/list-conversations.dto.js';
import { SyncRequestDto, type SyncResponseDto } from './dto/sync.dto.js';
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
  @Endpoint(listConversations)
  list(@CurrentUser() user: AuthUser, @Input() input: ListConversationsDto): Promise<ConversationPageDto> {
    return this.inbox.list(user, input);
  }

  @Get('unread')
  @Endpoint(getUnread)
  unread(@CurrentUser() user: AuthUser, @Input() _input: NoInputDto): Promise<UnreadDto> {
    return this.inbox.unread(user);
  }

  @Post('unread/clear')
  @Endpoint(clearUnread, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  clear(@CurrentUser() user: AuthUser, @Input() _input: NoInputDto): Promise<UnreadDto> {
    return this.inbox.clear(user);
  }

  @Post('sync')
  @Endpoint(sync, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  sync(@CurrentUser() user: AuthUser, @Input() input: SyncRequestDto): Promise<SyncResponseDto> {
    return this.synced.sync(user, input);
  }
}
