import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { createConversation, deleteConversation, updateConversation } from './conversations.contract.js';
import { ConversationCreationService } from './conversation-creation.service.js';
import { ConversationsService } from './conversations.service.js';
import {
  UpdateConversationDto,
  type ConversationDto,
  type ConversationStateDto,
} from './dto/conversation.dto.js';
import { ConversationIdDto, CreateConversationDto } from './dto/create-conversation.dto.js';

/** Socket commands of conversations. */
@ChatGateway()
export class ConversationsGateway {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly creation: ConversationCreationService,
  ) {}

  @CommandHandler(createConversation)
  async createConversation(
    @CurrentUser() user: AuthUser,
    @Input() input: CreateConversationDto,
  ): Promise<ConversationDto> {
    return (await this.creation.createConversation(user, input)).conversation;
  }

  @CommandHandler(updateConversation)
  updateConversation(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateConversationDto,
  ): Promise<ConversationStateDto> {
    return this.conversations.updateConversation(user, input);
  }

  @CommandHandler(deleteConversation)
  deleteConversation(
    @CurrentUser() user: AuthUser,
    @Input() input: ConversationIdDto,
  ): Promise<ConversationIdDto> {
    return this.conversations.deleteConversation(user, input);
  }
}
