import type { ConstraintCase } from './constraint-cases.js';
import { CAM, HELLO } from './sample-rows.js';

/** Rows of scheduled messages that the database rejects. */
export const REJECTED_SCHEDULED_ROWS: ConstraintCase[] = [
  [
    'a second scheduled message with one clientId',
    'scheduled_messages',
    { client_id: 's' },
    'scheduled_messages_sender_id_client_id_key',
  ],
  [
    'a scheduled message of a non-member',
    'scheduled_messages',
    { sender_id: CAM },
    'scheduled_messages_conversation_id_sender_id_fkey',
  ],
  ['a scheduled system message', 'scheduled_messages', { type: 'system' }, 'scheduled_messages_type_check'],
  [
    'a scheduled text of 10,001 characters',
    'scheduled_messages',
    { content: 'x'.repeat(10_001) },
    'scheduled_messages_content_check',
  ],
  [
    'a scheduled message with an empty clientId',
    'scheduled_messages',
    { client_id: '' },
    'scheduled_messages_client_id_check',
  ],
  [
    'an unknown scheduling state',
    'scheduled_messages',
    { state: 'lost', content: null },
    'scheduled_messages_state_check',
  ],
  [
    'a failed scheduled message without an error',
    'scheduled_messages',
    { state: 'failed' },
    'scheduled_messages_error_check',
  ],
  [
    'a pending scheduled message with a message id',
    'scheduled_messages',
    { message_id: HELLO },
    'scheduled_messages_message_check',
  ],
  [
    'a scheduled message with neither content nor media',
    'scheduled_messages',
    { content: null },
    'scheduled_messages_body_check',
  ],
  ...['sent', 'cancelled'].map((state): ConstraintCase => [
    `a ${state} scheduled message with content`,
    'scheduled_messages',
    { state },
    'scheduled_messages_body_check',
  ]),
  [
    'a failed scheduled message without its content',
    'scheduled_messages',
    { state: 'failed', error_code: 'unavailable', content: null },
    'scheduled_messages_body_check',
  ],
];
