import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { ChatGateway } from '../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { EditMessageDto, MessageIdDto } from './dto/change-message.dto.js';
import { ForwardMessageDto } from './dto/forward-message.dto.js';
import { ListMessagesDto } from './dto/list-messages.dto.js';
import type { MessageDto, MessagePageDto } from './dto/message.dto.js';
import { SendMessageDto } from './dto/send-message.dto.js';
import { ForwardsService } from './forwards.service.js';
import { HistoryService } from './history.service.js';
import {
  deleteMessage,
  editMessage,
  forwardMessage,
  listMessages,
  sendMessage,
} from './messages.contract.js';
import { MessagesService } from './messages.service.js';

@ChatGateway()
export class MessagesGateway {
  constructor(
    private readonly messages: MessagesService,
    private readonly history: HistoryService,
    private readonly forwards: ForwardsService,
  ) {}

  @On(sendMessage)
  send(@CallerParam() caller: Caller, @Input() input: SendMessageDto): Promise<MessageDto> {
    return this.messages.send(caller, input);
  }

  @On(listMessages)
  list(@CallerParam() caller: Caller, @Input() input: ListMessagesDto): Promise<MessagePageDto> {
    return this.history.list(caller, input);
  }

  @On(editMessage)
  edit(@CallerParam() caller: Caller, @Input() input: EditMessageDto): Promise<MessageDto> {
    return this.messages.edit(caller, input);
  }

  @On(deleteMessage)
  delete(@CallerParam() caller: Caller, @Input() input: MessageIdDto): Promise<MessageDto> {
    return this.messages.delete(caller, input);
  }

  @On(forwardMessage)
  forward(@CallerParam() caller: Caller, @Input() input: ForwardMessageDto): Promise<MessageDto> {
    return this.forwards.forward(caller, input);
  }
}
