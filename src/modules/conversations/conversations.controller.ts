import { Controller, Delete, Get, HttpStatus, Patch, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import {
  createConversation,
  deleteConversation,
  getConversation,
  updateConversation,
} from './conversations.contract.js';
import { ConversationCreationService } from './conversation-creation.service.js';
import { ConversationsService } from './conversations.service.js';
import {
  UpdateConversationDto,
  type ConversationDto,
  type ConversationStateDto,
} from './dto/conversation.dto.js';
import { ConversationIdDto, CreateConversationDto } from './dto/create-conversation.dto.js';

/** REST routes of conversations. */
@ApiTags('conversations')
@Controller('v1/conversations')
export class ConversationsController {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly creation: ConversationCreationService,
  ) {}

  @Post()
  @Endpoint(createConversation)
  async createConversation(
    @CurrentUser() user: AuthUser,
    @Input() input: CreateConversationDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ConversationDto> {
    const { conversation, created } = await this.creation.createConversation(user, input);
    response.status(created ? HttpStatus.CREATED : HttpStatus.OK);
    return conversation;
  }

  @Get(':conversationId')
  @Endpoint(getConversation)
  getConversation(
    @CurrentUser() user: AuthUser,
    @Input() input: ConversationIdDto,
  ): Promise<ConversationDto> {
    return this.conversations.getConversation(user, input);
  }

  @Patch(':conversationId')
  @Endpoint(updateConversation)
  updateConversation(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateConversationDto,
  ): Promise<ConversationStateDto> {
    return this.conversations.updateConversation(user, input);
  }

  @Delete(':conversationId')
  @Endpoint(deleteConversation)
  deleteConversation(
    @CurrentUser() user: AuthUser,
    @Input() input: ConversationIdDto,
  ): Promise<ConversationIdDto> {
    return this.conversations.deleteConversation(user, input);
  }
}
