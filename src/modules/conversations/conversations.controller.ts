import { Controller, Delete, Get, HttpStatus, Patch, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { Answers } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import {
  createConversation,
  deleteConversation,
  getConversation,
  updateConversation,
} from './conversations.contract.js';
import { ConversationsService } from './conversations.service.js';
import type { ConversationDto, ConversationStateDto } from './dto/conversation.dto.js';
import { ConversationIdDto, CreateConversationDto } from './dto/create-conversation.dto.js';
import { UpdateConversationDto } from './dto/update-conversation.dto.js';

@ApiTags('conversations')
@Controller('v1/conversations')
export class ConversationsController {
  constructor(private readonly conversations: ConversationsService) {}

  @Post()
  @Answers(createConversation)
  async create(
    @CallerParam() caller: Caller,
    @Input() input: CreateConversationDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ConversationDto> {
    const { conversation, created } = await this.conversations.create(caller, input);
    response.status(created ? HttpStatus.CREATED : HttpStatus.OK);
    return conversation;
  }

  @Get(':conversationId')
  @Answers(getConversation)
  get(@CallerParam() caller: Caller, @Input() input: ConversationIdDto): Promise<ConversationDto> {
    return this.conversations.get(caller, input);
  }

  @Patch(':conversationId')
  @Answers(updateConversation)
  update(
    @CallerParam() caller: Caller,
    @Input() input: UpdateConversationDto,
  ): Promise<ConversationStateDto> {
    return this.conversations.update(caller, input);
  }

  @Delete(':conversationId')
  @Answers(deleteConversation)
  delete(@CallerParam() caller: Caller, @Input() input: ConversationIdDto): Promise<ConversationIdDto> {
    return this.conversations.delete(caller, input);
  }
}
