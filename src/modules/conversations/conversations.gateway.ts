import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { createConversation, deleteConversation, updateConversation } from './conversations.contract.js';
import { ConversationsService } from './conversations.service.js';
import type { ConversationDto, ConversationStateDto } from './dto/conversation.dto.js';
import { ConversationIdDto, CreateConversationDto } from './dto/create-conversation.dto.js';
import { UpdateConversationDto } from './dto/update-conversation.dto.js';

@ChatGateway()
export class ConversationsGateway {
  constructor(private readonly conversations: ConversationsService) {}

  @CommandHandler(createConversation)
  async create(
    @CurrentUser() user: AuthUser,
    @Input() input: CreateConversationDto,
  ): Promise<ConversationDto> {
    return (await this.conversations.create(user, input)).conversation;
  }

  @CommandHandler(updateConversation)
  update(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateConversationDto,
  ): Promise<ConversationStateDto> {
    return this.conversations.update(user, input);
  }

  @CommandHandler(deleteConversation)
  delete(@CurrentUser() user: AuthUser, @Input() input: ConversationIdDto): Promise<ConversationIdDto> {
    return this.conversations.delete(user, input);
  }
}
