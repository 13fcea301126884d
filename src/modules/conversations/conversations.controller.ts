import { Controller, Delete, Get, HttpStatus, Patch, Post, Res } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import {
  createConversation,
  deleteConversation,
  getConversation,
  listChannels,
  updateConversation,
} from './conversations.contract.js';
import { ConversationQueryService } from './conversation-query.service.js';
import { ConversationCreationService } from './conversation-creation.service.js';
import { ConversationsService } from './conversations.service.js';
import {
  ConversationDto,
  ListChannelsDto,
  UpdateConversationDto,
  type ChannelPageDto,
  type ConversationStateDto,
} from './dto/conversation.dto.js';
import { ConversationIdDto, CreateConversationDto } from './dto/create-conversation.dto.js';

/** REST routes of conversations and of the directory of public channels. */
@ApiTags('conversations')
@Controller('v1')
export class ConversationsController {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly creation: ConversationCreationService,
    private readonly conversationQuery: ConversationQueryService,
  ) {}

  @Get('channels')
  @Endpoint(listChannels)
  listChannels(@CurrentUser() user: AuthUser, @Input() input: ListChannelsDto): Promise<ChannelPageDto> {
    return this.conversationQuery.listChannels(user, input);
  }

  @Post('conversations')
  @Endpoint(createConversation)
  @ApiResponse({ status: HttpStatus.OK, description: 'The DM existed.', type: ConversationDto })
  async createConversation(
    @CurrentUser() user: AuthUser,
    @Input() input: CreateConversationDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ConversationDto> {
    const { conversation, created } = await this.creation.createConversation(user, input);
    response.status(created ? HttpStatus.CREATED : HttpStatus.OK);
    return conversation;
  }

  @Get('conversations/:conversationId')
  @Endpoint(getConversation)
  getConversation(
    @CurrentUser() user: AuthUser,
    @Input() input: ConversationIdDto,
  ): Promise<ConversationDto> {
    return this.conversations.getConversation(user, input);
  }

  @Patch('conversations/:conversationId')
  @Endpoint(updateConversation)
  updateConversation(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateConversationDto,
  ): Promise<ConversationStateDto> {
    return this.conversations.updateConversation(user, input);
  }

  @Delete('conversations/:conversationId')
  @Endpoint(deleteConversation)
  deleteConversation(
    @CurrentUser() user: AuthUser,
    @Input() input: ConversationIdDto,
  ): Promise<ConversationIdDto> {
    return this.conversations.deleteConversation(user, input);
  }
}
