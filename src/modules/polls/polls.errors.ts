import { defineError } from '../../kernel/errors/app-error.js';

export const pollClosed = defineError('poll_closed', 409, 'The poll is closed.');
export const anonymousPoll = defineError(
  'anonymous_poll',
  409,
  'The poll is anonymous, so its votes are not listed.',
);
export const resultsHidden = defineError(
  'results_hidden',
  409,
  'Votes are visible only after the poll is closed.',
);
