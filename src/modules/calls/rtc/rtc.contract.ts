import { notFound } from '../../../kernel/errors/base.errors.js';
import { command, read } from '../../../kernel/realtime/contract.js';
import { callEnded, noMediaServer, notInCall, wrongTopology } from '../calls.errors.js';
import { NoInputDto } from '../../../kernel/validation/input.decorator.js';
import { CallIdDto } from '../dto/call.dto.js';
import { IceServersDto, MediaTokenDto } from './dto/rtc.dto.js';

export const issueCallToken = command('call.issue_token', CallIdDto, MediaTokenDto, {
  summary: 'Issues a LiveKit token for a call with topology sfu, valid for one minute to connect.',
  rest: 'POST /v1/calls/{callId}/token',
  permission: 'participant',
  errors: [notFound, callEnded, notInCall, wrongTopology, noMediaServer],
});

export const listIceServers = read('ice_server.list', NoInputDto, IceServersDto, {
  summary: 'Lists the STUN and TURN servers with temporary credentials of the current user.',
  rest: 'GET /v1/rtc/ice-servers',
  permission: 'any user',
});
