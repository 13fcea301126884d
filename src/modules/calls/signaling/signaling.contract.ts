import { notFound, rateLimited } from '../../../kernel/errors/base.errors.js';
import { command, event } from '../../../kernel/realtime/contract.js';
import { blockedByYou, unavailable } from '../../blocks/blocks.errors.js';
import { callEnded, notInCall, wrongTopology } from '../calls.errors.js';
import { CallSignalDto, SendSignalDto, SignalSentDto } from './dto/signal.dto.js';
import { peerNotInCall } from './signaling.errors.js';

export const sendSignal = command('call.signal', SendSignalDto, SignalSentDto, {
  summary:
    'Hands an offer, an answer or a candidate of mine to the device of somebody else in the call. Nothing is kept of it: what was lost has to be offered again.',
  rest: null,
  permission: 'who is in the call, from the device with which they are',
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
  summary: 'Somebody in the call hands me an offer, an answer or a candidate.',
  recipients: 'the one device with which the person is in the call',
  durable: false,
});
