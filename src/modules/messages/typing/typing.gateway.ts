import { CallerParam, type Caller } from '../../../kernel/identity/caller.js';
import { ChatGateway } from '../../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { ConversationIdDto } from '../../conversations/dto/create-conversation.dto.js';
import type { TypingDto } from './dto/typing.dto.js';
import { startTyping, stopTyping } from './typing.contract.js';
import { TypingService } from './typing.service.js';

@ChatGateway()
export class TypingGateway {
  constructor(private readonly typing: TypingService) {}

  @On(startTyping)
  start(@CallerParam() caller: Caller, @Input() input: ConversationIdDto): Promise<TypingDto> {
    return this.typing.start(caller, input);
  }

  @On(stopTyping)
  stop(@CallerParam() caller: Caller, @Input() input: ConversationIdDto): Promise<TypingDto> {
    return this.typing.stop(caller, input);
  }
}
