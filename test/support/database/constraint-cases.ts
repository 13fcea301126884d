import { REJECTED_POLL_ROWS } from './poll-constraint-cases.js';
import { REJECTED_SCHEDULED_ROWS } from './scheduled-constraint-cases.js';
import type { Row } from './sql.js';
import { ANN, BOB, CAM, CALL_MESSAGE, DM, GROUP, id, REPLY } from './sample-rows.js';

/**
 * The sample row of a table with changed values; `constraint` is the violated constraint, null when the row is
 * accepted.
 */
export type ConstraintCase = [title: string, table: string, values: Row, constraint: string | null];

export const NOW = new Date().toISOString();
const JOINED = { state: 'joined', joined_at: NOW, device_id: 'phone', lease_expires_at: NOW };
const DM_ROW = { type: 'dm', title: null };
export const NEW_DM = { ...DM_ROW, dm_user_low: ANN, dm_user_high: CAM };
export const TOMBSTONE = { content: null, deleted_at: NOW };

export const REJECTED_ROWS: ConstraintCase[] = [
  [
    'a second file with one clientId',
    'attachments',
    { client_id: 'a' },
    'attachments_owner_id_client_id_key',
  ],
  ['an unknown state', 'attachments', { state: 'gone' }, 'attachments_state_check'],
  ['an unknown kind', 'attachments', { kind: 'voice' }, 'attachments_kind_check'],
  ['an empty file', 'attachments', { size: 0 }, 'attachments_size_check'],
  ['a picture of width 0', 'attachments', { width: 0 }, 'attachments_size_check'],
  ['a file with a width', 'attachments', { kind: 'file', width: 1 }, 'attachments_image_check'],
  ['an empty filename', 'attachments', { filename: '' }, 'attachments_filename_check'],
  [
    'a filename of 256 characters',
    'attachments',
    { filename: 'x'.repeat(256) },
    'attachments_filename_check',
  ],
  ['a file with an empty clientId', 'attachments', { client_id: '' }, 'attachments_client_id_check'],
  ['an unfinished upload with a linked time', 'attachments', { linked_at: NOW }, 'attachments_linked_check'],
  ['a negative position', 'attachment_links', { position: -1 }, 'attachment_links_position_check'],
  [
    'a position that is taken',
    'attachment_links',
    { message_id: REPLY, position: 0 },
    'attachment_links_pkey',
  ],
  ['a short secret', 'server_secrets', { secret: Buffer.alloc(31) }, 'server_secrets_secret_check'],
  ['a second secret with one name', 'server_secrets', { name: 'a secret' }, 'server_secrets_pkey'],
  ['a second epoch with one id', 'database_epochs', { epoch: id(81) }, 'database_epochs_pkey'],
  ['a second row of a server process', 'server_nodes', { node_id: id(82) }, 'server_nodes_pkey'],

  ['a second user with one tms_user_id', 'users', { tms_user_id: 'host-bob' }, 'users_tms_user_id_key'],
  ['an empty tms_user_id', 'users', { tms_user_id: '' }, 'users_tms_user_id_check'],
  ['a tms_user_id of 256 characters', 'users', { tms_user_id: 'x'.repeat(256) }, 'users_tms_user_id_check'],
  ['an unknown role', 'users', { role: 'root' }, 'users_role_check'],
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

  ['a block of the own user', 'user_blocks', { blocked_id: ANN }, 'user_blocks_other_check'],

  ['a DM without its pair', 'conversations', DM_ROW, 'conversations_dm_pair_check'],
  [
    'a DM with its pair in reverse order',
    'conversations',
    { ...DM_ROW, dm_user_low: BOB, dm_user_high: ANN },
    'conversations_dm_pair_check',
  ],
  ['a group with half a pair', 'conversations', { dm_user_low: ANN }, 'conversations_dm_pair_check'],
  [
    'a second DM of two users',
    'conversations',
    { ...DM_ROW, dm_user_low: ANN, dm_user_high: BOB },
    'conversations_dm_user_low_dm_user_high_key',
  ],
  [
    'a second conversation with one clientId',
    'conversations',
    { created_by: BOB, client_id: 'g' },
    'conversations_created_by_client_id_key',
  ],
  ['an unknown conversation type', 'conversations', { type: 'room' }, 'conversations_type_check'],
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
  ['a public DM', 'conversations', { ...NEW_DM, is_private: false }, 'conversations_shape_check'],
  ['a public group', 'conversations', { is_private: false }, 'conversations_shape_check'],
  ['last_main_seq beyond last_seq', 'conversations', { last_main_seq: 1 }, 'conversations_counters_check'],
  ['a first_seq beyond the next seq', 'conversations', { first_seq: 2 }, 'conversations_counters_check'],
  ['members_version beyond version', 'conversations', { members_version: 2 }, 'conversations_counters_check'],
  ['a negative member_count', 'conversations', { member_count: -1 }, 'conversations_member_count_check'],

  ['an unknown member role', 'conversation_members', { role: 'guest' }, 'conversation_members_role_check'],
  [
    'a read position ahead of the delivered position',
    'conversation_members',
    { last_read_seq: 2, last_delivered_seq: 1 },
    'conversation_members_read_state_check',
  ],
  [
    'a negative read position',
    'conversation_members',
    { last_read_seq: -1 },
    'conversation_members_read_state_check',
  ],
  [
    'an unread position before the first message',
    'conversation_members',
    { unread_from_seq: 0 },
    'conversation_members_read_state_check',
  ],
  [
    'an unread position beyond the read position',
    'conversation_members',
    { unread_from_seq: 1 },
    'conversation_members_unread_check',
  ],

  ['a second message with one seq', 'messages', { seq: 1 }, 'messages_conversation_id_seq_key'],
  [
    'a second message with one clientId',
    'messages',
    { conversation_id: DM, sender_id: BOB, client_id: 'm' },
    'messages_sender_id_client_id_key',
  ],
  ['a seq of 0', 'messages', { seq: 0 }, 'messages_seq_check'],
  ['a version of 0', 'messages', { version: 0 }, 'messages_version_check'],
  ['an unknown message type', 'messages', { type: 'sticker' }, 'messages_type_check'],
  ['content of 10,001 characters', 'messages', { content: 'x'.repeat(10_001) }, 'messages_content_check'],
  ['content of 10,001 emoji', 'messages', { content: '😀'.repeat(10_001) }, 'messages_content_check'],
  ['an empty clientId', 'messages', { client_id: '' }, 'messages_client_id_check'],
  ['a text message without a sender', 'messages', { sender_id: null }, 'messages_sender_check'],
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
  ['a draft key of another conversation', 'drafts', { draft_key: DM }, 'drafts_draft_key_check'],
  [
    'a removed draft with mentions',
    'drafts',
    { content: null, mentions: `{${ANN}}` },
    'drafts_removed_check',
  ],
  ['a negative reply count', 'messages', { thread_reply_count: -1 }, 'messages_thread_reply_count_check'],

  ...REJECTED_SCHEDULED_ROWS,
  [
    'a revision of 10,001 emoji',
    'message_edits',
    { content: '😀'.repeat(10_001) },
    'message_edits_content_check',
  ],
  ['an unknown receipt status', 'message_status', { status: 'sent' }, 'message_status_status_check'],
  [
    'read status without a time of reading',
    'message_status',
    { status: 'read' },
    'message_status_read_check',
  ],
  [
    'delivered status with a time of reading',
    'message_status',
    { read_at: NOW },
    'message_status_read_check',
  ],
  ['an empty emoji', 'message_reactions', { emoji: '' }, 'message_reactions_emoji_check'],
  [
    'an emoji of 33 code points',
    'message_reactions',
    { emoji: '👍'.repeat(33) },
    'message_reactions_emoji_check',
  ],

  ['a second live call of a conversation', 'calls', { conversation_id: GROUP }, 'calls_live_key'],
  ['a second call with one message', 'calls', { message_id: CALL_MESSAGE }, 'calls_message_id_key'],
  ['an unknown call type', 'calls', { type: 'fax' }, 'calls_type_check'],
  ['an unknown call state', 'calls', { state: 'paused' }, 'calls_state_check'],
  ['an unknown topology', 'calls', { topology: 'post' }, 'calls_topology_check'],
  ['a revision of 0', 'calls', { revision: 0 }, 'calls_revision_check'],
  [
    'an unknown end reason',
    'calls',
    { state: 'ended', ended_at: NOW, end_reason: 'bored' },
    'calls_end_reason_check',
  ],
  [
    'an ended call without a time of its end',
    'calls',
    { state: 'ended', end_reason: 'missed' },
    'calls_lifecycle_check',
  ],
  [
    'an ended call without an end reason',
    'calls',
    { state: 'ended', ended_at: NOW },
    'calls_lifecycle_check',
  ],
  ['a ringing call with a time of its end', 'calls', { ended_at: NOW }, 'calls_lifecycle_check'],
  ['an active call without a time of its start', 'calls', { state: 'active' }, 'calls_lifecycle_check'],
  [
    'a user joined in two calls',
    'call_participants',
    { user_id: BOB, ...JOINED },
    'call_participants_joined_key',
  ],
  [
    'a second call with one clientId',
    'call_idempotency_keys',
    { user_id: BOB },
    'call_idempotency_keys_pkey',
  ],
  [
    'a call with an empty clientId',
    'call_idempotency_keys',
    { client_id: '' },
    'call_idempotency_keys_client_id_check',
  ],
  [
    'an unknown participant state',
    'call_participants',
    { state: 'waiting' },
    'call_participants_state_check',
  ],
  ['an empty device id', 'call_participants', { device_id: '' }, 'call_participants_device_id_check'],
  [
    'an empty socket id',
    'call_participants',
    { ...JOINED, socket_id: '' },
    'call_participants_socket_id_check',
  ],
  [
    'a ringing participant with a socket',
    'call_participants',
    { socket_id: 'socket' },
    'call_participants_socket_id_check',
  ],
  ...(
    [
      ['a joined participant without a time', { ...JOINED, joined_at: null }],
      ['a joined participant without a device', { ...JOINED, device_id: null }],
      ['a joined participant without a lease', { ...JOINED, lease_expires_at: null }],
      ['a ringing participant with a device', { device_id: 'phone' }],
      ['a ringing participant with a lease', { lease_expires_at: NOW }],
      ['a ringing participant with a disconnected device', { disconnected_at: NOW }],
    ] as const
  ).map(([title, more]): ConstraintCase => [
    title,
    'call_participants',
    more,
    'call_participants_joined_check',
  ]),

  ...REJECTED_POLL_ROWS,
];
