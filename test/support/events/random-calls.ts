import type { Operation } from '../../../src/kernel/realtime/contract.js';
import {
  acceptCall,
  declineCall,
  endCall,
  leaveCall,
  startCall,
} from '../../../src/modules/calls/calls.contract.js';
import type { CallDto } from '../../../src/modules/calls/dto/call.dto.js';
import type { Answer } from '../clients/transports.js';
import type { Random } from '../environment/random.js';
import type { ConnectedUser } from './event-sufficiency.js';

type Kind = (by: ConnectedUser, conversationId: string) => Promise<Answer<CallDto>>;

const DEVICE = { deviceId: 'phone' };

/** Random actions on calls, with a preference for the latest live ones. */
export function randomCallActions(random: Random): Record<string, Kind> {
  const calls: string[] = [];
  const call: Kind = async (by, conversationId) => {
    const answer = await by.transport.request(startCall, { conversationId, type: 'voice', ...DEVICE });
    if (answer.ok && !calls.includes(answer.data.id)) calls.push(answer.data.id);
    return answer;
  };
  const step =
    (operation: Operation<object, CallDto>, more: object = {}): Kind =>
    async (by, conversationId) => {
      const callId = calls.at(-1 - Math.floor(random() * 3));
      if (!callId) return call(by, conversationId);
      const answer = await by.transport.request(operation, { callId, ...more });
      if (!answer.ok && answer.error.code === 'call_ended') calls.splice(calls.indexOf(callId), 1);
      return answer;
    };
  return {
    call,
    answer: step(acceptCall, DEVICE),
    decline: step(declineCall),
    'hang up': step(leaveCall),
    'end a call': step(endCall),
  };
}
