import { defineError } from '../../kernel/errors/app-error.js';

export const callsNotSupported = defineError('calls_not_supported', 409, 'Calls are for DMs and groups.');
export const callEnded = defineError('call_ended', 409, 'The call has ended.');
export const callFull = defineError(
  'call_full',
  409,
  'The call has as many participants as may connect to each other without a media server.',
);
export const inAnotherCall = defineError(
  'in_another_call',
  409,
  'You are in another call: leave that one first.',
);
export const answeredElsewhere = defineError(
  'answered_elsewhere',
  409,
  'You are in this call with another device.',
);
export const notRinging = defineError('not_ringing', 409, 'It does not ring for you.');
export const notInCall = defineError('not_in_call', 409, 'You are not in this call.');
export const wrongTopology = defineError(
  'wrong_topology',
  409,
  'Sound and pictures of this call travel another way: see its media.',
);
