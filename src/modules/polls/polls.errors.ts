import { defineError } from '../../kernel/errors/app-error.js';

export const pollClosed = defineError(
  'poll_closed',
  409,
  'The poll is closed: nothing changes in it any more.',
);
export const anonymousPoll = defineError(
  'anonymous_poll',
  409,
  'The poll is anonymous: nobody is told who voted for what.',
);
export const resultsHidden = defineError(
  'results_hidden',
  409,
  'The votes are shown when the poll is closed.',
);
