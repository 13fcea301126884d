import { Controller, Get, HttpStatus, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input, NoInputDto } from '../../kernel/validation/input.decorator.js';
import { ListConversationsDto, type ConversationPageDto, type UnreadDto } from './dto/inbox.dto.js';
import { clearUnread, getUnread, listConversations } from './inbox.contract.js';
import { InboxService } from './inbox.service.js';

/** REST routes of the conversation list and unread counts. */
@ApiTags('inbox')
@Controller('v1')
export class InboxController {
  constructor(private readonly inbox: InboxService) {}

  @Get('conversations')
  @Endpoint(listConversations)
  listConversations(
    @CurrentUser() user: AuthUser,
    @Input() input: ListConversationsDto,
  ): Promise<ConversationPageDto> {
    return this.inbox.listConversations(user, input);
  }

  @Get('unread')
  @Endpoint(getUnread)
  getUnread(@CurrentUser() user: AuthUser, @Input() _input: NoInputDto): Promise<UnreadDto> {
    return this.inbox.getUnread(user);
  }

  @Post('unread/clear')
  @Endpoint(clearUnread, HttpStatus.OK)
  clearUnread(@CurrentUser() user: AuthUser, @Input() _input: NoInputDto): Promise<UnreadDto> {
    return this.inbox.clearUnread(user);
  }
}
