import { forbidden, notFound } from '../../kernel/errors/base.errors.js';
import { command, event, read } from '../../kernel/realtime/contract.js';
import { clientIdReused } from '../conversations/conversations.errors.js';
import { blockedByYou, unavailable } from '../blocks/blocks.errors.js';
import {
  answeredElsewhere,
  callEnded,
  callFull,
  inAnotherCall,
  callsNotSupported,
  notInCall,
  notRinging,
} from './calls.errors.js';
import {
  AcceptCallDto,
  CallIdDto,
  CallMovedDto,
  ListCallsDto,
  StartCallDto,
  CallDto,
  CallPageDto,
} from './dto/call.dto.js';
export const startCall = command('call.start', StartCallDto, CallDto, {
  summary:
    'Starts a call with the other user of a DM or the members of a group. Joins the live call of the conversation instead, if any.',
  rest: 'POST /v1/calls',
  location: ({ id }) => `/v1/calls/${id}`,
  permission: 'member',
  errors: [
    notFound,
    blockedByYou,
    unavailable,
    clientIdReused,
    callsNotSupported,
    inAnotherCall,
    answeredElsewhere,
    callFull,
  ],
});

export const listCalls = read('call.list', ListCallsDto, CallPageDto, {
  summary: 'Lists calls, newest first: of one conversation, else those of the current user.',
  rest: 'GET /v1/calls',
  permission: 'any user',
});

export const getCall = read('call.get', CallIdDto, CallDto, {
  summary: 'Returns a call.',
  rest: 'GET /v1/calls/{callId}',
  permission: 'member',
  errors: [notFound],
});

export const acceptCall = command('call.accept', AcceptCallDto, CallDto, {
  summary:
    'Answers a call or joins a live one. Other devices of the user stop ringing. The place in the call belongs to this socket; after a reconnect the command is repeated.',
  rest: 'POST /v1/calls/{callId}/accept',
  permission: 'member',
  errors: [notFound, blockedByYou, unavailable, callEnded, inAnotherCall, answeredElsewhere, callFull],
});

export const declineCall = command('call.decline', CallIdDto, CallDto, {
  summary: 'Declines a call. All devices of the user stop ringing.',
  rest: 'POST /v1/calls/{callId}/decline',
  permission: 'participant',
  errors: [notFound, callEnded, notRinging],
});

export const leaveCall = command('call.leave', CallIdDto, CallDto, {
  summary: 'Leaves a call. Before an answer this cancels the call of the caller; it ends the call of a DM.',
  rest: 'POST /v1/calls/{callId}/leave',
  permission: 'participant',
  errors: [notFound, callEnded, notInCall],
});

export const endCall = command('call.end', CallIdDto, CallDto, {
  summary: 'Ends the call for all participants. In a group only its caller, an admin or an owner may.',
  rest: 'POST /v1/calls/{callId}/end',
  permission: ['participant', 'admin', 'owner'],
  errors: [notFound, forbidden, callEnded, notInCall],
});

export const callRing = event('call.ring', CallDto, {
  summary:
    'A call rings. Ringing ends with call.updated or at ringExpiresAt. After a reconnect, sync shows calls that still ring.',
  recipients: 'all devices of the ringing participants',
  durable: false,
});

export const callUpdated = event('call.updated', CallDto, {
  summary:
    'A call changed: its complete new state, as in its message. Ringing ends when the state of the current user is no longer ringing: answered on another device, declined, or ended.',
  recipients: 'all devices of all participants, present, former and invited, and of the caller',
  durable: false,
});

export const callMoved = event('call.moved', CallMovedDto, {
  summary:
    'Another socket or device of the user has taken over the place in the call. The media of this socket has to stop; its signals are rejected.',
  recipients: 'the socket or device that held the place',
  durable: false,
});
