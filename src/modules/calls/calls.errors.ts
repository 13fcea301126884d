import { defineError } from '../../kernel/errors/app-error.js';

export const callsNotSupported = defineError(
  'calls_not_supported',
  409,
  'Calls are available in DMs and groups only.',
);
export const callEnded = defineError('call_ended', 409, 'The call has ended.');
export const callFull = defineError(
  'call_full',
  409,
  'The call has the maximum number of participants without a media server.',
);
export const inAnotherCall = defineError('in_another_call', 409, 'The user is in another call.');
export const answeredElsewhere = defineError(
  'answered_elsewhere',
  409,
  'The user is in this call with another device.',
);
export const notRinging = defineError('not_ringing', 409, 'The call does not ring for the user.');
export const notInCall = defineError('not_in_call', 409, 'The user is not in this call.');
export const wrongTopology = defineError(
  'wrong_topology',
  409,
  'The operation does not fit the topology of the call.',
);
export const noMediaServer = defineError('no_media_server', 409, 'No media server is configured.');
export const peerNotInCall = defineError(
  'peer_not_in_call',
  409,
  'The other user is not in this call, or is in it with another device.',
);
