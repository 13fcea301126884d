import { Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
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
import { AcceptCallDto, CallIdDto, ListCallsDto, StartCallDto } from './dto/start-call.dto.js';
import type { CallDto, CallPageDto } from './dto/call.dto.js';

@ApiTags('calls')
@Controller('v1/calls')
export class CallsController {
  constructor(private readonly calls: CallsService) {}

  @Post()
  @Endpoint(startCall)
  start(@CurrentUser() user: AuthUser, @Input() input: StartCallDto): Promise<CallDto> {
    return this.calls.start(user, input);
  }

  @Get()
  @Endpoint(listCalls)
  list(@CurrentUser() user: AuthUser, @Input() input: ListCallsDto): Promise<CallPageDto> {
    return this.calls.list(user, input);
  }

  @Get(':callId')
  @Endpoint(getCall)
  get(@CurrentUser() user: AuthUser, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.get(user, input);
  }

  @Post(':callId/accept')
  @Endpoint(acceptCall, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  accept(@CurrentUser() user: AuthUser, @Input() input: AcceptCallDto): Promise<CallDto> {
    return this.calls.accept(user, input);
  }

  @Post(':callId/decline')
  @Endpoint(declineCall, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  decline(@CurrentUser() user: AuthUser, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.decline(user, input);
  }

  @Post(':callId/leave')
  @Endpoint(leaveCall, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  leave(@CurrentUser() user: AuthUser, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.leave(user, input);
  }

  @Post(':callId/end')
  @Endpoint(endCall, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  end(@CurrentUser() user: AuthUser, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.end(user, input);
  }
}
