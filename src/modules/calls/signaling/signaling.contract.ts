import { notFound, rateLimited } from '../../../kernel/errors/base.errors.js';
import { command, event } from '../../../kernel/realtime/contract.js';
import { blockedByYou, unavailable } from '../../blocks/blocks.errors.js';
import { callEnded, notInCall, peerNotInCall, wrongTopology } from '../calls.errors.js';
import { CallSignalDto, SendSignalDto, SignalSentDto } from './dto/signal.dto.js';

export const sendSignal = command('call.signal', SendSignalDto, SignalSentDto, {
  summary:
    'Sends an offer, answer or candidate from the socket in the call to that of another participant. Signals are not stored; a lost one must be sent again.',
  rest: null,
  permission: 'participant',
  errors: [
    notFound,
    blockedByYou,
    unavailable,
    callEnded,
    notInCall,
    peerNotInCall,
    wrongTopology,
    rateLimited,
  ],
});

export const signalReceived = event('call.signal', CallSignalDto, {
  summary: 'Another participant sent an offer, answer or candidate.',
  recipients: 'socket of the recipient in the call; all sockets of its device after a join over REST',
  durable: false,
});
