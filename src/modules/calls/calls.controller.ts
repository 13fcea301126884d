import { Controller, Get, HttpStatus, Post } from '@nestjs/common';
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
import { CallSetupService } from './call-setup.service.js';
import { CallsService } from './calls.service.js';
import {
  AcceptCallDto,
  CallIdDto,
  ListCallsDto,
  StartCallDto,
  type CallDto,
  type CallPageDto,
} from './dto/call.dto.js';

/** REST routes of calls. */
@ApiTags('calls')
@Controller('v1/calls')
export class CallsController {
  constructor(
    private readonly calls: CallsService,
    private readonly callSetup: CallSetupService,
  ) {}

  @Post()
  @Endpoint(startCall)
  startCall(@CurrentUser() user: AuthUser, @Input() input: StartCallDto): Promise<CallDto> {
    return this.callSetup.startCall(user, input);
  }

  @Get()
  @Endpoint(listCalls)
  listCalls(@CurrentUser() user: AuthUser, @Input() input: ListCallsDto): Promise<CallPageDto> {
    return this.calls.listCalls(user, input);
  }

  @Get(':callId')
  @Endpoint(getCall)
  getCall(@CurrentUser() user: AuthUser, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.getCall(user, input);
  }

  @Post(':callId/accept')
  @Endpoint(acceptCall, HttpStatus.OK)
  acceptCall(@CurrentUser() user: AuthUser, @Input() input: AcceptCallDto): Promise<CallDto> {
    return this.callSetup.acceptCall(user, input);
  }

  @Post(':callId/decline')
  @Endpoint(declineCall, HttpStatus.OK)
  declineCall(@CurrentUser() user: AuthUser, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.declineCall(user, input);
  }

  @Post(':callId/leave')
  @Endpoint(leaveCall, HttpStatus.OK)
  leaveCall(@CurrentUser() user: AuthUser, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.leaveCall(user, input);
  }

  @Post(':callId/end')
  @Endpoint(endCall, HttpStatus.OK)
  endCall(@CurrentUser() user: AuthUser, @Input() input: CallIdDto): Promise<CallDto> {
    return this.calls.endCall(user, input);
  }
}
