import type { Operation } from '../../src/kernel/realtime/contract.js';
import {
  acceptCall,
  declineCall,
  endCall,
  leaveCall,
  startCall,
} from '../../src/modules/calls/calls.contract.js';
import type { CallDto } from '../../src/modules/calls/dto/call.dto.js';
import type { Answer } from '../setup/doors.js';
import type { Random } from './random.js';
import type { Witness } from './sufficient.js';

type Kind = (by: Witness, conversationId: string) => Promise<Answer<CallDto>>;

const DEVICE = { deviceId: 'phone' };

/** Random steps of calls, of which the last ones that have not ended are the likeliest to go on. */
export function callKinds(random: Random): Record<string, Kind> {
  const calls: string[] = [];
  const call: Kind = async (by, conversationId) => {
    const answer = await by.door.ask(startCall, { conversationId, type: 'voice', ...DEVICE });
    if (answer.ok && !calls.includes(answer.data.id)) calls.push(answer.data.id);
    return answer;
  };
  const step =
    (operation: Operation<object, CallDto>, more: object = {}): Kind =>
    async (by, conversationId) => {
      const callId = calls.at(-1 - Math.floor(random() * 3));
      if (!callId) return call(by, conversationId);
      const answer = await by.door.ask(operation, { callId, ...more });
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
