import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { MessageIdDto, type MessageDto } from '../dto/message.dto.js';
import { pinMessage, unpinMessage } from './pins.contract.js';
import { PinsService } from './pins.service.js';

/** Socket commands of pins. */
@ChatGateway()
export class PinsGateway {
  constructor(private readonly pins: PinsService) {}

  @CommandHandler(pinMessage)
  pinMessage(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageDto> {
    return this.pins.pinMessage(user, input);
  }

  @CommandHandler(unpinMessage)
  unpinMessage(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageDto> {
    return this.pins.unpinMessage(user, input);
  }
}
