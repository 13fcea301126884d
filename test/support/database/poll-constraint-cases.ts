import type { ConstraintCase } from './constraint-cases.js';
import { BOB, CLOSED, OPTION_OF_CLOSED, FIRST_OF_MULTIPLE, RED, SINGLE_MESSAGE } from './sample-rows.js';

/** Rows of polls and votes that the database rejects. */
export const REJECTED_POLL_ROWS: ConstraintCase[] = [
  ['a second poll with one message', 'polls', { message_id: SINGLE_MESSAGE }, 'polls_message_id_key'],
  ['an empty question', 'polls', { question: '' }, 'polls_question_check'],
  ['a question of 501 characters', 'polls', { question: 'x'.repeat(501) }, 'polls_question_check'],
  ['more than 100 choices', 'polls', { multiple_choice: true, max_choices: 101 }, 'polls_max_choices_check'],
  ['two choices in a single-choice poll', 'polls', { max_choices: 2 }, 'polls_single_choice_check'],
  [
    'an unknown results visibility',
    'polls',
    { results_visibility: 'never' },
    'polls_results_visibility_check',
  ],
  ['a second option at one position', 'poll_options', { position: 1 }, 'poll_options_poll_id_position_key'],
  ['an empty option', 'poll_options', { text: '' }, 'poll_options_text_check'],
  ['a 101st option', 'poll_options', { position: 100 }, 'poll_options_position_check'],
  [
    'a vote for an option of another poll',
    'poll_votes',
    { option_id: FIRST_OF_MULTIPLE },
    'poll_votes_poll_id_option_id_fkey',
  ],
  [
    'a vote with a multiple-choice flag that differs from its poll',
    'poll_votes',
    { multiple_choice: true },
    'poll_votes_poll_id_multiple_choice_fkey',
  ],
  ['a second vote in a single-choice poll', 'poll_votes', { user_id: BOB }, 'poll_votes_single_choice_key'],
  [
    'a vote in a closed poll',
    'poll_votes',
    { poll_id: CLOSED, option_id: OPTION_OF_CLOSED },
    'poll_votes_open_check',
  ],
  ['a second vote for one option', 'poll_votes', { user_id: BOB, option_id: RED }, 'poll_votes_pkey'],
];
