import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import type { MessageDto } from '../dto/message.dto.js';
import { ReactDto } from '../dto/reactions.dto.js';
import { addReaction, removeReaction } from './reactions.contract.js';
import { ReactionsService } from './reactions.service.js';

/** Socket commands of reactions. */
@ChatGateway()
export class ReactionsGateway {
  constructor(private readonly reactions: ReactionsService) {}

  @CommandHandler(addReaction)
  addReaction(@CurrentUser() user: AuthUser, @Input() input: ReactDto): Promise<MessageDto> {
    return this.reactions.addReaction(user, input);
  }

  @CommandHandler(removeReaction)
  removeReaction(@CurrentUser() user: AuthUser, @Input() input: ReactDto): Promise<MessageDto> {
    return this.reactions.removeReaction(user, input);
  }
}
