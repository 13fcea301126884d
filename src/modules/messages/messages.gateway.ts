import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { ListMessagesDto, type MessagePageDto } from './dto/list-messages.dto.js';
import { MessageIdDto, type MessageDto } from './dto/message.dto.js';
import { EditMessageDto, ForwardMessageDto, SendMessageDto } from './dto/send-message.dto.js';
import { ForwardsService } from './forwards.service.js';
import { MessageEditsService } from './message-edits.service.js';
import { MessageHistoryService } from './message-history.service.js';
import {
  deleteMessage,
  editMessage,
  forwardMessage,
  listMessages,
  sendMessage,
} from './messages.contract.js';
import { MessagesService } from './messages.service.js';

/** Socket commands of messages. */
@ChatGateway()
export class MessagesGateway {
  constructor(
    private readonly messages: MessagesService,
    private readonly edits: MessageEditsService,
    private readonly history: MessageHistoryService,
    private readonly forwards: ForwardsService,
  ) {}

  @CommandHandler(sendMessage)
  sendMessage(@CurrentUser() user: AuthUser, @Input() input: SendMessageDto): Promise<MessageDto> {
    return this.messages.sendMessage(user, input);
  }

  @CommandHandler(listMessages)
  listMessages(@CurrentUser() user: AuthUser, @Input() input: ListMessagesDto): Promise<MessagePageDto> {
    return this.history.listMessages(user, input);
  }

  @CommandHandler(editMessage)
  editMessage(@CurrentUser() user: AuthUser, @Input() input: EditMessageDto): Promise<MessageDto> {
    return this.edits.editMessage(user, input);
  }

  @CommandHandler(deleteMessage)
  deleteMessage(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageDto> {
    return this.messages.deleteMessage(user, input);
  }

  @CommandHandler(forwardMessage)
  forwardMessage(@CurrentUser() user: AuthUser, @Input() input: ForwardMessageDto): Promise<MessageDto> {
    return this.forwards.forwardMessage(user, input);
  }
}
