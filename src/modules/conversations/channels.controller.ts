import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { ConversationQueryService } from './conversation-query.service.js';
import { listChannels } from './conversations.contract.js';
import { ListChannelsDto, type ChannelPageDto } from './dto/conversation.dto.js';

/** REST route of the directory of public channels. */
@ApiTags('conversations')
@Controller('v1/channels')
export class ChannelsController {
  constructor(private readonly conversationQuery: ConversationQueryService) {}

  @Get()
  @Endpoint(listChannels)
  listChannels(@CurrentUser() user: AuthUser, @Input() input: ListChannelsDto): Promise<ChannelPageDto> {
    return this.conversationQuery.listChannels(user, input);
  }
}
