import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { MessageIdDto } from '../dto/change-message.dto.js';
import type { MessageFlagsDto } from './dto/message-flags.dto.js';
import { hideMessage, saveMessage, unsaveMessage } from './message-flags.contract.js';
import { MessageFlagsService } from './message-flags.service.js';

@ChatGateway()
export class MessageFlagsGateway {
  constructor(private readonly mine: MessageFlagsService) {}

  @CommandHandler(saveMessage)
  save(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageFlagsDto> {
    return this.mine.save(user, input);
  }

  @CommandHandler(unsaveMessage)
  unsave(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageFlagsDto> {
    return this.mine.unsave(user, input);
  }

  @CommandHandler(hideMessage)
  hide(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageFlagsDto> {
    return this.mine.hide(user, input);
  }
}
