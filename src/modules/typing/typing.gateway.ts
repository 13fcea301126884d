import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { TypingPlaceDto, type TypingDto } from './dto/typing.dto.js';
import { startTyping, stopTyping } from './typing.contract.js';
import { TypingService } from './typing.service.js';

/** Commands of the typing indicator, which exist on the socket only. */
@ChatGateway()
export class TypingGateway {
  constructor(private readonly typing: TypingService) {}

  @CommandHandler(startTyping)
  startTyping(@CurrentUser() user: AuthUser, @Input() input: TypingPlaceDto): Promise<TypingDto> {
    return this.typing.startTyping(user, input);
  }

  @CommandHandler(stopTyping)
  stopTyping(@CurrentUser() user: AuthUser, @Input() input: TypingPlaceDto): Promise<TypingDto> {
    return this.typing.stopTyping(user, input);
  }
}
