import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import type { MessageFlagsDto } from '../dto/message-flags.dto.js';
import { MessageIdDto } from '../dto/message.dto.js';
import { hideMessage, saveMessage, unsaveMessage } from './message-flags.contract.js';
import { MessageFlagsService } from './message-flags.service.js';

/** Socket commands of message flags. */
@ChatGateway()
export class MessageFlagsGateway {
  constructor(private readonly flags: MessageFlagsService) {}

  @CommandHandler(saveMessage)
  saveMessage(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageFlagsDto> {
    return this.flags.saveMessage(user, input);
  }

  @CommandHandler(unsaveMessage)
  unsaveMessage(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageFlagsDto> {
    return this.flags.unsaveMessage(user, input);
  }

  @CommandHandler(hideMessage)
  hideMessage(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageFlagsDto> {
    return this.flags.hideMessage(user, input);
  }
}
