import { Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { EditMessageDto, MessageIdDto } from './dto/change-message.dto.js';
import { ListEditsDto, type EditPageDto } from './dto/edits.dto.js';
import { ForwardMessageDto } from './dto/forward-message.dto.js';
import { ListMessagesDto } from './dto/list-messages.dto.js';
import type { MessageDto, MessagePageDto } from './dto/message.dto.js';
import { SendMessageDto } from './dto/send-message.dto.js';
import { EditsService } from './edits/edits.service.js';
import { ForwardsService } from './forwards.service.js';
import { HistoryService } from './history.service.js';
import {
  deleteMessage,
  editMessage,
  forwardMessage,
  getMessage,
  listEdits,
  listMessages,
  sendMessage,
} from './messages.contract.js';
import { MessagesService } from './messages.service.js';

@ApiTags('messages')
@Controller('v1/messages')
export class MessagesController {
  constructor(
    private readonly messages: MessagesService,
    private readonly history: HistoryService,
    private readonly edits: EditsService,
    private readonly forwards: ForwardsService,
  ) {}

  @Post()
  @Endpoint(sendMessage)
  send(@CurrentUser() user: AuthUser, @Input() input: SendMessageDto): Promise<MessageDto> {
    return this.messages.send(user, input);
  }

  @Get()
  @Endpoint(listMessages)
  list(@CurrentUser() user: AuthUser, @Input() input: ListMessagesDto): Promise<MessagePageDto> {
    return this.history.list(user, input);
  }

  @Get(':messageId')
  @Endpoint(getMessage)
  get(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageDto> {
    return this.messages.get(user, input);
  }

  @Patch(':messageId')
  @Endpoint(editMessage)
  edit(@CurrentUser() user: AuthUser, @Input() input: EditMessageDto): Promise<MessageDto> {
    return this.messages.edit(user, input);
  }

  @Delete(':messageId')
  @Endpoint(deleteMessage)
  delete(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageDto> {
    return this.messages.delete(user, input);
  }

  @Get(':messageId/edits')
  @Endpoint(listEdits)
  listEdits(@CurrentUser() user: AuthUser, @Input() input: ListEditsDto): Promise<EditPageDto> {
    return this.edits.list(user, input);
  }

  @Post(':messageId/forward')
  @Endpoint(forwardMessage)
  forward(@CurrentUser() user: AuthUser, @Input() input: ForwardMessageDto): Promise<MessageDto> {
    return this.forwards.forward(user, input);
  }
}
