import { CallerParam, type Caller } from '../../../kernel/identity/caller.js';
import { ChatGateway } from '../../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { SendSignalDto, type SignalSentDto } from './dto/signal.dto.js';
import { sendSignal } from './signals.contract.js';
import { SignalsService } from './signals.service.js';

@ChatGateway()
export class SignalsGateway {
  constructor(private readonly signals: SignalsService) {}

  @On(sendSignal)
  send(@CallerParam() caller: Caller, @Input() input: SendSignalDto): Promise<SignalSentDto> {
    return this.signals.send(caller, input);
  }
}
