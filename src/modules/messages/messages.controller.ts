import { Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { Answers } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { EditMessageDto, MessageIdDto } from './dto/change-message.dto.js';
import { ListEditsDto, type EditPageDto } from './dto/edits.dto.js';
import { ForwardMessageDto } from './dto/forward-message.dto.js';
import { ListMessagesDto } from './dto/list-messages.dto.js';
import type { MessageDto, MessagePageDto } from './dto/message.dto.js';
import { SendMessageDto } from './dto/send-message.dto.js';
import { EditsService } from './edits.service.js';
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
  @Answers(sendMessage)
  send(@CallerParam() caller: Caller, @Input() input: SendMessageDto): Promise<MessageDto> {
    return this.messages.send(caller, input);
  }

  @Get()
  @Answers(listMessages)
  list(@CallerParam() caller: Caller, @Input() input: ListMessagesDto): Promise<MessagePageDto> {
    return this.history.list(caller, input);
  }

  @Get(':messageId')
  @Answers(getMessage)
  get(@CallerParam() caller: Caller, @Input() input: MessageIdDto): Promise<MessageDto> {
    return this.messages.get(caller, input);
  }

  @Patch(':messageId')
  @Answers(editMessage)
  edit(@CallerParam() caller: Caller, @Input() input: EditMessageDto): Promise<MessageDto> {
    return this.messages.edit(caller, input);
  }

  @Delete(':messageId')
  @Answers(deleteMessage)
  delete(@CallerParam() caller: Caller, @Input() input: MessageIdDto): Promise<MessageDto> {
    return this.messages.delete(caller, input);
  }

  @Get(':messageId/edits')
  @Answers(listEdits)
  listEdits(@CallerParam() caller: Caller, @Input() input: ListEditsDto): Promise<EditPageDto> {
    return this.edits.list(caller, input);
  }

  @Post(':messageId/forward')
  @Answers(forwardMessage)
  forward(@CallerParam() caller: Caller, @Input() input: ForwardMessageDto): Promise<MessageDto> {
    return this.forwards.forward(caller, input);
  }
}
