import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { acceptCall, declineCall, endCall, leaveCall, startCall } from './calls.contract.js';
import { CallSetupService } from './call-setup.service.js';
import { CallsService } from './calls.service.js';
import { AcceptCallDto, CallIdDto, StartCallDto, type CallDto } from './dto/call.dto.js';

/** Socket commands of calls. */
@ChatGateway()
export class CallsGateway {
  constructor(
    private readonly calls: CallsService,
    private readonly callSetup: CallSetupService,
  ) {}

  @CommandHandler(startCall)
  startCall(@CurrentUser() user: AuthUser, @Input() input: StartCallDto): Promise<CallDto> {
    return this.callSetup.startCall(user, input);
  }

  @CommandHandler(acceptCall)
  acceptCall(@CurrentUser() user: AuthUser, @Input() input: AcceptCallDto): Promise<CallDto> {
    return this.callSetup.acceptCall(user, input);
  }

  @CommandHandler(declineCall)
  declineCall(@CurrentUser() user: AuthUser, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.declineCall(user, input);
  }

  @CommandHandler(leaveCall)
  leaveCall(@CurrentUser() user: AuthUser, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.leaveCall(user, input);
  }

  @CommandHandler(endCall)
  endCall(@CurrentUser() user: AuthUser, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.endCall(user, input);
  }
}
