import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../kernel/realtime/operation.decorators.js';
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

  @CommandHandler(sendMessage)
  send(@CurrentUser() user: AuthUser, @Input() input: SendMessageDto): Promise<MessageDto> {
    return this.messages.send(user, input);
  }

  @CommandHandler(listMessages)
  list(@CurrentUser() user: AuthUser, @Input() input: ListMessagesDto): Promise<MessagePageDto> {
    return this.history.list(user, input);
  }

  @CommandHandler(editMessage)
  edit(@CurrentUser() user: AuthUser, @Input() input: EditMessageDto): Promise<MessageDto> {
    return this.messages.edit(user, input);
  }

  @CommandHandler(deleteMessage)
  delete(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageDto> {
    return this.messages.delete(user, input);
  }

  @CommandHandler(forwardMessage)
  forward(@CurrentUser() user: AuthUser, @Input() input: ForwardMessageDto): Promise<MessageDto> {
    return this.forwards.forward(user, input);
  }
}
