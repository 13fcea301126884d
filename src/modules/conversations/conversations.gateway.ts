import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { ChatGateway } from '../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { createConversation, deleteConversation, updateConversation } from './conversations.contract.js';
import { ConversationsService } from './conversations.service.js';
import type { ConversationDto, ConversationStateDto } from './dto/conversation.dto.js';
import { ConversationIdDto, CreateConversationDto } from './dto/create-conversation.dto.js';
import { UpdateConversationDto } from './dto/update-conversation.dto.js';

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

  @On(updateConversation)
  update(
    @CallerParam() caller: Caller,
    @Input() input: UpdateConversationDto,
  ): Promise<ConversationStateDto> {
    return this.conversations.update(caller, input);
  }

  @On(deleteConversation)
  delete(@CallerParam() caller: Caller, @Input() input: ConversationIdDto): Promise<ConversationIdDto> {
    return this.conversations.delete(caller, input);
  }
}
