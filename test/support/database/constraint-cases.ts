import { REJECTED_POLL_ROWS } from './poll-constraint-cases.js';
import { REJECTED_SCHEDULED_ROWS } from './scheduled-constraint-cases.js';
import type { Row } from './sql.js';
import { ANN, BOB, CAM, CALL_MESSAGE, DM, GROUP, REPLY } from './sample-rows.js';

/**
 * The sample row of a table with changed values; `breaks` is the violated constraint, null when the row is
 * accepted.
 */
export type ConstraintCase = [what: string, table: string, values: Row, breaks: string | null];

export const NOW = new Date().toISOString();
const JOINED = { state: 'joined', joined_at: NOW, device_id: 'phone', lease_expires_at: NOW };
const DM_ROW = { type: 'dm', title: null };
export const NEW_DM = { ...DM_ROW, dm_user_low: ANN, dm_user_high: CAM };
export const TOMBSTONE = { content: null, deleted_at: NOW };

export const REJECTED_ROWS: ConstraintCase[] = [
  ['a second file of one clientId', 'attachments', { client_id: 'a' }, 'attachments_owner_id_client_id_key'],
  ['a state that does not exist', 'attachments', { state: 'gone' }, 'attachments_state_check'],
  ['a kind that does not exist', 'attachments', { kind: 'voice' }, 'attachments_kind_check'],
  ['a file of no bytes', 'attachments', { size: 0 }, 'attachments_size_check'],
  ['a picture of no width', 'attachments', { width: 0 }, 'attachments_size_check'],
  ['a file with a width', 'attachments', { kind: 'file', width: 1 }, 'attachments_image_check'],
  ['a file without a name', 'attachments', { filename: '' }, 'attachments_filename_check'],
  ['a name of 256 characters', 'attachments', { filename: 'x'.repeat(256) }, 'attachments_filename_check'],
  ['an empty clientId of a file', 'attachments', { client_id: '' }, 'attachments_client_id_check'],
  ['a message that shows half a file', 'attachments', { linked_at: NOW }, 'attachments_linked_check'],
  ['a place before the first', 'attachment_links', { position: -1 }, 'attachment_links_position_check'],
  ['a place that is taken', 'attachment_links', { message_id: REPLY, position: 0 }, 'attachment_links_pkey'],
  ['a short secret', 'server_secrets', { secret: Buffer.alloc(31) }, 'server_secrets_secret_check'],
  ['a second secret of one name', 'server_secrets', { name: 'a secret' }, 'server_secrets_pkey'],

  ['a second user of one tms_user_id', 'users', { tms_user_id: 'host-bob' }, 'users_tms_user_id_key'],
  ['an empty tms_user_id', 'users', { tms_user_id: '' }, 'users_tms_user_id_check'],
  ['a tms_user_id of 256 characters', 'users', { tms_user_id: 'x'.repeat(256) }, 'users_tms_user_id_check'],
  ['a role that does not exist', 'users', { role: 'root' }, 'users_role_check'],
  [
    'a local username that differs by case only',
    'users',
    { tms_user_id: 'local:x', username: 'aNN' },
    'users_local_username_key',
  ],
  [
    'a local email that differs by case only',
    'users',
    { tms_user_id: 'local:x', email: 'ann@example.ORG' },
    'users_local_email_key',
  ],
  ['a hash of 31 bytes', 'refresh_tokens', { token_hash: Buffer.alloc(31) }, 'refresh_tokens_hash_check'],
  [
    'a previous hash of 33 bytes',
    'refresh_tokens',
    { previous_hash: Buffer.alloc(33) },
    'refresh_tokens_hash_check',
  ],

  ['blocking oneself', 'user_blocks', { blocked_id: ANN }, 'user_blocks_other_check'],

  ['a DM without its pair', 'conversations', DM_ROW, 'conversations_dm_pair_check'],
  [
    'a DM with the pair the wrong way round',
    'conversations',
    { ...DM_ROW, dm_user_low: BOB, dm_user_high: ANN },
    'conversations_dm_pair_check',
  ],
  [
    'a DM with oneself',
    'conversations',
    { ...DM_ROW, dm_user_low: ANN, dm_user_high: ANN },
    'conversations_dm_pair_check',
  ],
  ['a group with half a pair', 'conversations', { dm_user_low: ANN }, 'conversations_dm_pair_check'],
  [
    'a second DM of two people',
    'conversations',
    { ...DM_ROW, dm_user_low: ANN, dm_user_high: BOB },
    'conversations_dm_user_low_dm_user_high_key',
  ],
  [
    'a second conversation of one clientId',
    'conversations',
    { created_by: BOB, client_id: 'g' },
    'conversations_created_by_client_id_key',
  ],
  ['a conversation type that does not exist', 'conversations', { type: 'room' }, 'conversations_type_check'],
  ['an empty title', 'conversations', { title: '' }, 'conversations_title_check'],
  ['a title of 201 characters', 'conversations', { title: 'x'.repeat(201) }, 'conversations_title_check'],
  [
    'a description of 1,001 characters',
    'conversations',
    { description: 'x'.repeat(1001) },
    'conversations_description_check',
  ],
  [
    'a clientId of 65 characters',
    'conversations',
    { client_id: 'x'.repeat(65) },
    'conversations_client_id_check',
  ],
  [
    'a channel without a title',
    'conversations',
    { type: 'channel', title: null },
    'conversations_shape_check',
  ],
  ['a DM with a title', 'conversations', { ...NEW_DM, title: 'Us' }, 'conversations_shape_check'],
  ['a DM for everybody', 'conversations', { ...NEW_DM, is_private: false }, 'conversations_shape_check'],
  ['a group for everybody', 'conversations', { is_private: false }, 'conversations_shape_check'],
  ['last_main_seq beyond last_seq', 'conversations', { last_main_seq: 1 }, 'conversations_counters_check'],
  ['a first_seq beyond the next seq', 'conversations', { first_seq: 2 }, 'conversations_counters_check'],
  ['members_version beyond version', 'conversations', { members_version: 2 }, 'conversations_counters_check'],

  [
    'a member role that does not exist',
    'conversation_members',
    { role: 'guest' },
    'conversation_members_role_check',
  ],
  [
    'a read mark ahead of the delivered mark',
    'conversation_members',
    { last_read_seq: 2, last_delivered_seq: 1 },
    'conversation_members_read_state_check',
  ],
  [
    'a read mark below zero',
    'conversation_members',
    { last_read_seq: -1 },
    'conversation_members_read_state_check',
  ],
  [
    'an unread mark before the first message',
    'conversation_members',
    { unread_from_seq: 0 },
    'conversation_members_read_state_check',
  ],
  [
    'marking as unread what is not read',
    'conversation_members',
    { unread_from_seq: 1 },
    'conversation_members_unread_check',
  ],

  ['a second message of one seq', 'messages', { seq: 1 }, 'messages_conversation_id_seq_key'],
  [
    'a second message of one clientId',
    'messages',
    { conversation_id: DM, sender_id: BOB, client_id: 'm' },
    'messages_sender_id_client_id_key',
  ],
  ['a seq of 0', 'messages', { seq: 0 }, 'messages_seq_check'],
  ['a version of 0', 'messages', { version: 0 }, 'messages_version_check'],
  ['a message type that does not exist', 'messages', { type: 'sticker' }, 'messages_type_check'],
  ['content of 10,001 characters', 'messages', { content: 'x'.repeat(10_001) }, 'messages_content_check'],
  ['content of 10,001 emoji', 'messages', { content: '😀'.repeat(10_001) }, 'messages_content_check'],
  ['an empty clientId', 'messages', { client_id: '' }, 'messages_client_id_check'],
  ['a text of nobody', 'messages', { sender_id: null }, 'messages_sender_check'],
  ['a text with neither content nor media', 'messages', { content: null }, 'messages_body_check'],
  [
    'a file with neither content nor media',
    'messages',
    { type: 'file', content: null },
    'messages_body_check',
  ],
  ['a tombstone with content', 'messages', { deleted_at: NOW }, 'messages_tombstone_check'],
  ['a tombstone with media', 'messages', { ...TOMBSTONE, media: '{}' }, 'messages_tombstone_check'],
  ['a tombstone with payload', 'messages', { ...TOMBSTONE, payload: '{}' }, 'messages_tombstone_check'],
  ['a tombstone with metadata', 'messages', { ...TOMBSTONE, metadata: '{}' }, 'messages_tombstone_check'],
  ['a tombstone with mentions', 'messages', { ...TOMBSTONE, mentions: '{}' }, 'messages_tombstone_check'],
  [
    'a tombstone that mentions all',
    'messages',
    { ...TOMBSTONE, mentions_all: true },
    'messages_tombstone_check',
  ],
  ['a tombstone with reactions', 'messages', { ...TOMBSTONE, reactions: '[]' }, 'messages_tombstone_check'],
  ['a draft of 10,001 characters', 'drafts', { content: 'x'.repeat(10_001) }, 'drafts_content_check'],
  ['a draft of another place', 'drafts', { draft_key: DM }, 'drafts_draft_key_check'],
  [
    'a removed draft that names people',
    'drafts',
    { content: null, mentions: `{${ANN}}` },
    'drafts_removed_check',
  ],
  ['less than no replies', 'messages', { thread_reply_count: -1 }, 'messages_thread_reply_count_check'],

  ...REJECTED_SCHEDULED_ROWS,
  [
    'a former text of 10,001 emoji',
    'message_edits',
    { content: '😀'.repeat(10_001) },
    'message_edits_content_check',
  ],
  ['a status that does not exist', 'message_status', { status: 'sent' }, 'message_status_status_check'],
  ['read without a time', 'message_status', { status: 'read' }, 'message_status_read_check'],
  ['delivered with a time of reading', 'message_status', { read_at: NOW }, 'message_status_read_check'],
  ['an empty emoji', 'message_reactions', { emoji: '' }, 'message_reactions_emoji_check'],
  ['an emoji of 33', 'message_reactions', { emoji: '👍'.repeat(33) }, 'message_reactions_emoji_check'],

  ['a second live call of a conversation', 'calls', { conversation_id: GROUP }, 'calls_live_key'],
  ['a second call of one message', 'calls', { message_id: CALL_MESSAGE }, 'calls_message_id_key'],
  ['a call type that does not exist', 'calls', { type: 'fax' }, 'calls_type_check'],
  ['a call state that does not exist', 'calls', { state: 'paused' }, 'calls_state_check'],
  ['media that travel by post', 'calls', { topology: 'post' }, 'calls_topology_check'],
  ['a revision before the first', 'calls', { revision: 0 }, 'calls_revision_check'],
  [
    'an end reason that does not exist',
    'calls',
    { state: 'ended', ended_at: NOW, end_reason: 'bored' },
    'calls_end_reason_check',
  ],
  ['an end without a time', 'calls', { state: 'ended', end_reason: 'missed' }, 'calls_lifecycle_check'],
  ['an end without a reason', 'calls', { state: 'ended', ended_at: NOW }, 'calls_lifecycle_check'],
  ['a ringing call with an end', 'calls', { ended_at: NOW }, 'calls_lifecycle_check'],
  ['an active call without a start', 'calls', { state: 'active' }, 'calls_lifecycle_check'],
  [
    'being joined in two calls',
    'call_participants',
    { user_id: BOB, ...JOINED },
    'call_participants_joined_key',
  ],
  [
    'a second call that one clientId started',
    'call_idempotency_keys',
    { user_id: BOB },
    'call_idempotency_keys_pkey',
  ],
  [
    'a start with an empty clientId',
    'call_idempotency_keys',
    { client_id: '' },
    'call_idempotency_keys_client_id_check',
  ],
  [
    'a participant state that does not exist',
    'call_participants',
    { state: 'waiting' },
    'call_participants_state_check',
  ],
  ['an empty device', 'call_participants', { device_id: '' }, 'call_participants_device_id_check'],
  ...(
    [
      ['joined without a time', { ...JOINED, joined_at: null }],
      ['joined without a device', { ...JOINED, device_id: null }],
      ['joined without a lease', { ...JOINED, lease_expires_at: null }],
      ['ringing with a device', { device_id: 'phone' }],
      ['ringing with a lease', { lease_expires_at: NOW }],
      ['ringing with a lost device', { disconnected_at: NOW }],
    ] as const
  ).map(([what, more]): ConstraintCase => [
    what,
    'call_participants',
    more,
    'call_participants_joined_check',
  ]),

  ...REJECTED_POLL_ROWS,
];
