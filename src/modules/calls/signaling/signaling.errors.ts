import { defineError } from '../../../kernel/errors/app-error.js';

export const peerNotInCall = defineError(
  'peer_not_in_call',
  409,
  'They are not in this call, not yet, or with another device.',
);
