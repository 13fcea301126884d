import { v7 as newId } from 'uuid';
import type { PollStateDto } from '../../../src/modules/messages/dto/poll-state.dto.js';
import { toPollState } from '../../../src/modules/polls/poll-results.js';

interface PollRow {
  name: string;
  seq: number;
  messageId: string;
  state: PollStateDto;
}

/** Row of a poll without votes. */
export function toPollRow(name: string, seq: number): PollRow {
  const options = [0, 1].map((position) => ({ id: newId(), text: 'Yes', position, votes: 0, userIds: [] }));
  const closing = { closes_at: null, closed_at: null, closed_by: null };
  const about = {
    id: newId(),
    question: 'Well?',
    multiple_choice: false,
    max_choices: null,
    anonymous: false,
  };
  const state = toPollState({ ...about, ...closing, results_visibility: 'live', voters: 0, options });
  return { name, seq, messageId: newId(), state };
}
