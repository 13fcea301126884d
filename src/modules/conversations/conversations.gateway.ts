import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { ChatGateway } from '../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { createConversation } from './conversations.contract.js';
import { ConversationsService } from './conversations.service.js';
import type { ConversationDto } from './dto/conversation.dto.js';
import { CreateConversationDto } from './dto/create-conversation.dto.js';

@ChatGateway()
export class ConversationsGateway {
  constructor(private readonly conversations: ConversationsService) {}

  @On(createConversation)
  async create(
    @CallerParam() caller: Caller,
    @Input() input: CreateConversationDto,
  ): Promise<ConversationDto> {
    return (await this.conversations.create(caller, input)).conversation;
  }
}
