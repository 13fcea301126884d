import { Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { Answers } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import {
  acceptCall,
  declineCall,
  endCall,
  getCall,
  leaveCall,
  listCalls,
  startCall,
} from './calls.contract.js';
import { CallsService } from './calls.service.js';
import { AcceptCallDto, CallIdDto, ListCallsDto, StartCallDto } from './dto/ask-for-call.dto.js';
import type { CallDto, CallPageDto } from './dto/call.dto.js';

@ApiTags('calls')
@Controller('v1/calls')
export class CallsController {
  constructor(private readonly calls: CallsService) {}

  @Post()
  @Answers(startCall)
  start(@CallerParam() caller: Caller, @Input() input: StartCallDto): Promise<CallDto> {
    return this.calls.start(caller, input);
  }

  @Get()
  @Answers(listCalls)
  list(@CallerParam() caller: Caller, @Input() input: ListCallsDto): Promise<CallPageDto> {
    return this.calls.list(caller, input);
  }

  @Get(':callId')
  @Answers(getCall)
  get(@CallerParam() caller: Caller, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.get(caller, input);
  }

  @Post(':callId/accept')
  @Answers(acceptCall, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  accept(@CallerParam() caller: Caller, @Input() input: AcceptCallDto): Promise<CallDto> {
    return this.calls.accept(caller, input);
  }

  @Post(':callId/decline')
  @Answers(declineCall, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  decline(@CallerParam() caller: Caller, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.decline(caller, input);
  }

  @Post(':callId/leave')
  @Answers(leaveCall, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  leave(@CallerParam() caller: Caller, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.leave(caller, input);
  }

  @Post(':callId/end')
  @Answers(endCall, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  end(@CallerParam() caller: Caller, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.end(caller, input);
  }
}
