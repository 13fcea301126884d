import { NOW, NEW_DM, TOMBSTONE, type ConstraintCase } from './constraint-cases.js';
import { BOB, DM, GROUP, MULTIPLE_CHOICE_POLL, SECOND_OF_MULTIPLE } from './sample-rows.js';

/** Rows that the database accepts, close to rejected ones. */
export const ACCEPTED_ROWS: ConstraintCase[] = [
  [
    'a user of the host product with a taken username and email',
    'users',
    { username: 'BOB', email: 'bob@example.org' },
    null,
  ],
  [
    'a user of the host product with the username and email of a local user',
    'users',
    { username: 'ann', email: 'ann@example.org' },
    null,
  ],
  [
    'a local user with the username of a user of the host product',
    'users',
    { tms_user_id: 'local:x', username: 'Bob' },
    null,
  ],
  ['content of 10,000 emoji', 'messages', { content: '😀'.repeat(10_000) }, null],
  ['media without content', 'messages', { type: 'image', content: null, media: '{}' }, null],
  ['a poll message without content', 'messages', { type: 'poll', content: null }, null],
  ['a call message without content', 'messages', { type: 'call', content: null }, null],
  ['a system message without a sender', 'messages', { type: 'system', content: null, sender_id: null }, null],
  ['a tombstone', 'messages', TOMBSTONE, null],
  ['the same seq in another conversation', 'messages', { conversation_id: DM, seq: 1 }, null],
  ['the same clientId of another user', 'messages', { client_id: 'm' }, null],
  ['a second message without a clientId', 'messages', { sender_id: BOB }, null],
  ['a DM', 'conversations', NEW_DM, null],
  ['a public channel', 'conversations', { type: 'channel', is_private: false }, null],
  ['a group without a title', 'conversations', { title: null }, null],
  [
    'an unread position below the read position',
    'conversation_members',
    { last_delivered_seq: 1, last_read_seq: 1, unread_from_seq: 1 },
    null,
  ],
  [
    'an ended call beside a live one',
    'calls',
    { conversation_id: GROUP, state: 'ended', ended_at: NOW, end_reason: 'busy' },
    null,
  ],
  ['a call without a message', 'calls', { message_id: null }, null],
  ['a ringing participant that is joined in another call', 'call_participants', { user_id: BOB }, null],
  [
    'a second vote in a multiple-choice poll',
    'poll_votes',
    { poll_id: MULTIPLE_CHOICE_POLL, option_id: SECOND_OF_MULTIPLE, user_id: BOB, multiple_choice: true },
    null,
  ],
  ['a second emoji of the same user', 'message_reactions', { emoji: '❤️' }, null],
];
