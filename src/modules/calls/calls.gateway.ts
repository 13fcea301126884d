import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { acceptCall, declineCall, endCall, leaveCall, startCall } from './calls.contract.js';
import { CallsService } from './calls.service.js';
import { AcceptCallDto, CallIdDto, StartCallDto } from './dto/start-call.dto.js';
import type { CallDto } from './dto/call.dto.js';

@ChatGateway()
export class CallsGateway {
  constructor(private readonly calls: CallsService) {}

  @CommandHandler(startCall)
  start(@CurrentUser() user: AuthUser, @Input() input: StartCallDto): Promise<CallDto> {
    return this.calls.start(user, input);
  }

  @CommandHandler(acceptCall)
  accept(@CurrentUser() user: AuthUser, @Input() input: AcceptCallDto): Promise<CallDto> {
    return this.calls.accept(user, input);
  }

  @CommandHandler(declineCall)
  decline(@CurrentUser() user: AuthUser, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.decline(user, input);
  }

  @CommandHandler(leaveCall)
  leave(@CurrentUser() user: AuthUser, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.leave(user, input);
  }

  @CommandHandler(endCall)
  end(@CurrentUser() user: AuthUser, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.end(user, input);
  }
}
