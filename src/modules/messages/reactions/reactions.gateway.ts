import { CallerParam, type Caller } from '../../../kernel/identity/caller.js';
import { ChatGateway } from '../../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import type { MessageDto } from '../dto/message.dto.js';
import { ReactDto } from './dto/reaction.dto.js';
import { addReaction, removeReaction } from './reactions.contract.js';
import { ReactionsService } from './reactions.service.js';

@ChatGateway()
export class ReactionsGateway {
  constructor(private readonly reactions: ReactionsService) {}

  @On(addReaction)
  add(@CallerParam() caller: Caller, @Input() input: ReactDto): Promise<MessageDto> {
    return this.reactions.add(caller, input);
  }

  @On(removeReaction)
  remove(@CallerParam() caller: Caller, @Input() input: ReactDto): Promise<MessageDto> {
    return this.reactions.remove(caller, input);
  }
}
