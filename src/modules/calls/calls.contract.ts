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
import { AcceptCallDto, CallIdDto, ListCallsDto, StartCallDto } from './dto/start-call.dto.js';
import { CallDto, CallPageDto } from './dto/call.dto.js';

export const startCall = command('call.start', StartCallDto, CallDto, {
  summary:
    'Calls the other one of a DM, or everybody in a group. Where a call goes on already, it joins that one: two who call each other at once meet.',
  rest: 'POST /v1/calls',
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
  summary: 'The calls that I was in, or was asked into, the newest first; of one conversation, all of them.',
  rest: 'GET /v1/calls',
  permission: 'everybody',
});

export const getCall = read('call.get', CallIdDto, CallDto, {
  summary: 'One call.',
  rest: 'GET /v1/calls/{callId}',
  errors: [notFound],
});

export const acceptCall = command('call.accept', AcceptCallDto, CallDto, {
  summary:
    'Answers a call, or joins one that goes on; my other devices stop ringing. Said again by the same device, it does no harm: a device that came back may say so.',
  rest: 'POST /v1/calls/{callId}/accept',
  permission: 'any member',
  errors: [notFound, blockedByYou, unavailable, callEnded, inAnotherCall, answeredElsewhere, callFull],
});

export const declineCall = command('call.decline', CallIdDto, CallDto, {
  summary: 'Does not answer a call; all my devices stop ringing.',
  rest: 'POST /v1/calls/{callId}/decline',
  permission: 'who is rung',
  errors: [notFound, callEnded, notRinging],
});

export const leaveCall = command('call.leave', CallIdDto, CallDto, {
  summary: 'Hangs up. Before anybody answered, the caller cancels the call by it; a DM’s call ends with it.',
  rest: 'POST /v1/calls/{callId}/leave',
  permission: 'who is in it',
  errors: [notFound, callEnded, notInCall],
});

export const endCall = command('call.end', CallIdDto, CallDto, {
  summary: 'Ends the call for everybody.',
  rest: 'POST /v1/calls/{callId}/end',
  permission: 'the caller; in a DM both, while they are in it; owners and admins of the group',
  errors: [notFound, forbidden, callEnded, notInCall],
});

export const callRing = event('call.ring', CallDto, {
  summary:
    'Somebody calls. Ring until call.updated says that it is over for you, or until ringExpiresAt. Who was away finds by sync what still rings.',
  recipients: 'all devices of those who are rung',
  durable: false,
});

export const callUpdated = event('call.updated', CallDto, {
  summary:
    'A call has changed: its whole new state, which its message has too. Stop ringing when it is not ringing for you any more: you answered elsewhere, declined, or it ended.',
  recipients: 'all devices of everybody who is or was in it, or was asked to be; the caller’s too',
  durable: false,
});
