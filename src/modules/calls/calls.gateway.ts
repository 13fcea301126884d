import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { ChatGateway } from '../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { acceptCall, declineCall, endCall, leaveCall, startCall } from './calls.contract.js';
import { CallsService } from './calls.service.js';
import { AcceptCallDto, CallIdDto, StartCallDto } from './dto/ask-for-call.dto.js';
import type { CallDto } from './dto/call.dto.js';

@ChatGateway()
export class CallsGateway {
  constructor(private readonly calls: CallsService) {}

  @On(startCall)
  start(@CallerParam() caller: Caller, @Input() input: StartCallDto): Promise<CallDto> {
    return this.calls.start(caller, input);
  }

  @On(acceptCall)
  accept(@CallerParam() caller: Caller, @Input() input: AcceptCallDto): Promise<CallDto> {
    return this.calls.accept(caller, input);
  }

  @On(declineCall)
  decline(@CallerParam() caller: Caller, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.decline(caller, input);
  }

  @On(leaveCall)
  leave(@CallerParam() caller: Caller, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.leave(caller, input);
  }

  @On(endCall)
  end(@CallerParam() caller: Caller, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.end(caller, input);
  }
}
