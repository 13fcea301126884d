import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { ChatGateway } from '../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { MessageIdDto } from './dto/change-message.dto.js';
import type { MessageDto } from './dto/message.dto.js';
import { pinMessage, unpinMessage } from './pins.contract.js';
import { PinsService } from './pins.service.js';

@ChatGateway()
export class PinsGateway {
  constructor(private readonly pins: PinsService) {}

  @On(pinMessage)
  pin(@CallerParam() caller: Caller, @Input() input: MessageIdDto): Promise<MessageDto> {
    return this.pins.pin(caller, input);
  }

  @On(unpinMessage)
  unpin(@CallerParam() caller: Caller, @Input() input: MessageIdDto): Promise<MessageDto> {
    return this.pins.unpin(caller, input);
  }
}
