import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { SendSignalDto, type SignalSentDto } from './dto/signal.dto.js';
import { sendSignal } from './signaling.contract.js';
import { SignalingService } from './signaling.service.js';

/** Socket command for signals between devices. */
@ChatGateway()
export class SignalingGateway {
  constructor(private readonly signaling: SignalingService) {}

  @CommandHandler(sendSignal)
  sendSignal(@CurrentUser() user: AuthUser, @Input() input: SendSignalDto): Promise<SignalSentDto> {
    return this.signaling.sendSignal(user, input);
  }
}
