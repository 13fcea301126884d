import type { Client } from 'pg';
import { insertRow, type Row } from './sql.js';

export function id(n: number): string {
  return `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

export const [ANN, BOB, CAM, DEE] = [id(1), id(2), id(3), id(4)] as const;
export const [DM, OTHER_DM, GROUP] = [id(11), id(12), id(13)] as const;
export const [HELLO, REPLY, SINGLE_MESSAGE, MANY_MESSAGE, CALL_MESSAGE, OLD_CALL_MESSAGE] = [
  id(21),
  id(22),
  id(23),
  id(24),
  id(25),
  id(26),
] as const;
export const [FREE_MESSAGE, IN_THREAD] = [id(27), id(28)] as const;
export const [CALL, OLD_CALL] = [id(31), id(32)] as const;
export const [SINGLE, MULTIPLE_CHOICE_POLL, CLOSED] = [id(41), id(42), id(43)] as const;
export const [RED, BLUE, FIRST_OF_MULTIPLE, SECOND_OF_MULTIPLE, OPTION_OF_CLOSED] = [
  id(51),
  id(52),
  id(53),
  id(54),
  id(55),
] as const;

export const PHOTO = id(71);

const NOON = '2026-01-01T12:00:00Z';
const HASH = Buffer.alloc(32);

const FILE = { kind: 'image', mime_type: 'image/png', size: 1, filename: 'a.png' };

function message(seq: number, row: Row): [string, Row] {
  return ['messages', { conversation_id: GROUP, seq, version: seq, sender_id: ANN, type: 'text', ...row }];
}

const FOUND = {
  conversation_id: GROUP,
  seq: 1,
  sender_id: BOB,
  type: 'text',
  created_at: NOON,
  terms: `'one' 'two'`,
};

/**
 * Rows in all tables; triggers add the entries of the index queue. Every foreign key to users refers to bob
 * in some row. The same holds for the group and its messages.
 */
const SAMPLE_DATABASE: [table: string, row: Row][] = [
  ['users', { id: ANN, tms_user_id: 'local:ann', username: 'Ann', email: 'Ann@Example.org' }],
  ['users', { id: BOB, tms_user_id: 'host-bob', username: 'bob', email: 'bob@example.org' }],
  ['users', { id: CAM, tms_user_id: 'host-cam' }],
  ['users', { id: DEE, tms_user_id: 'local:dee' }],
  ['refresh_tokens', { family_id: id(61), user_id: BOB, token_hash: HASH, expires_at: NOON }],
  ['user_blocks', { blocker_id: BOB, blocked_id: DEE }],
  ['user_blocks', { blocker_id: DEE, blocked_id: BOB }],
  ['conversations', { id: DM, type: 'dm', dm_user_low: ANN, dm_user_high: BOB }],
  ['conversations', { id: OTHER_DM, type: 'dm', dm_user_low: BOB, dm_user_high: CAM }],
  [
    'conversations',
    { id: GROUP, type: 'group', title: 'Group', created_by: BOB, client_id: 'g', last_seq: 8 },
  ],
  ['conversation_members', { conversation_id: DM, user_id: ANN }],
  ['conversation_members', { conversation_id: DM, user_id: BOB }],
  ['conversation_members', { conversation_id: GROUP, user_id: ANN, role: 'owner' }],
  ['conversation_members', { conversation_id: GROUP, user_id: BOB }],
  message(1, { id: HELLO, sender_id: BOB, content: 'Hello', client_id: 'm' }),
  message(2, { id: REPLY, content: 'Hi', reply_to_id: HELLO, pinned_at: NOON, pinned_by: BOB }),
  message(3, { id: SINGLE_MESSAGE, type: 'poll' }),
  message(4, { id: MANY_MESSAGE, type: 'poll' }),
  message(5, { id: CALL_MESSAGE, type: 'call', sender_id: BOB }),
  message(6, { id: OLD_CALL_MESSAGE, type: 'call' }),
  message(7, { id: FREE_MESSAGE, type: 'poll' }),
  message(8, { id: IN_THREAD, content: 'In a thread', thread_root_id: HELLO }),
  [
    'drafts',
    {
      user_id: BOB,
      draft_key: HELLO,
      conversation_id: GROUP,
      thread_root_id: HELLO,
      content: 'So',
      reply_to_id: REPLY,
      version: 2,
    },
  ],
  ['message_edits', { message_id: REPLY, version: 1, content: 'Hm', written_at: NOON }],
  [
    'message_mentions',
    { message_id: REPLY, user_id: BOB, conversation_id: GROUP, seq: 2, is_thread_reply: false },
  ],
  ['message_flags', { user_id: BOB, message_id: HELLO, conversation_id: GROUP, seq: 1, version: 1 }],
  [
    'scheduled_messages',
    {
      id: id(71),
      sender_id: BOB,
      conversation_id: GROUP,
      send_at: NOON,
      state: 'sent',
      message_id: HELLO,
      client_id: 's',
      version: 1,
    },
  ],
  ['scheduled_message_deletions', { sender_id: BOB, version: 1 }],
  [
    'thread_subscriptions',
    {
      thread_root_id: HELLO,
      user_id: BOB,
      conversation_id: GROUP,
      following: true,
      last_read_seq: 0,
      version: 1,
    },
  ],
  ['message_status', { message_id: REPLY, user_id: BOB, status: 'delivered', delivered_at: NOON }],
  ['message_status', { message_id: HELLO, user_id: ANN, status: 'read', delivered_at: NOON, read_at: NOON }],
  ['message_reactions', { message_id: REPLY, user_id: BOB, emoji: '👍' }],
  ['message_reactions', { message_id: HELLO, user_id: ANN, emoji: '👍' }],
  ['attachments', { id: PHOTO, owner_id: BOB, ...FILE, client_id: 'a', linked_at: NOON, state: 'ready' }],
  ['attachments', { id: id(72), owner_id: ANN, ...FILE }],
  ['attachment_links', { message_id: REPLY, position: 0, attachment_id: PHOTO, conversation_id: GROUP }],
  ['attachment_deletions', { attachment_id: id(73), due_at: NOON }],
  ['server_secrets', { name: 'a secret', secret: HASH }],
  ['database_epochs', { epoch: id(81), origin: 'here' }],
  ['server_nodes', { node_id: id(82), seen_at: NOON }],
  ['message_search', { ...FOUND, message_id: HELLO }],
  ['search_blocks', { conversation_id: GROUP, block: 0, first_at: NOON, last_at: NOON }],
  [
    'calls',
    {
      id: CALL,
      conversation_id: GROUP,
      message_id: CALL_MESSAGE,
      type: 'video',
      state: 'active',
      created_by: BOB,
      ring_expires_at: NOON,
      started_at: NOON,
    },
  ],
  [
    'calls',
    {
      id: OLD_CALL,
      conversation_id: GROUP,
      message_id: OLD_CALL_MESSAGE,
      type: 'voice',
      state: 'ended',
      created_by: ANN,
      ring_expires_at: NOON,
      ended_at: NOON,
      end_reason: 'missed',
    },
  ],
  [
    'call_participants',
    {
      call_id: CALL,
      user_id: BOB,
      state: 'joined',
      joined_at: NOON,
      device_id: 'phone',
      lease_expires_at: NOON,
    },
  ],
  ['call_idempotency_keys', { user_id: BOB, client_id: 'c', call_id: CALL }],
  ['call_participants', { call_id: OLD_CALL, user_id: DEE, state: 'missed' }],
  ['polls', { id: SINGLE, message_id: SINGLE_MESSAGE, question: 'Which?' }],
  [
    'polls',
    { id: MULTIPLE_CHOICE_POLL, message_id: MANY_MESSAGE, question: 'Which ones?', multiple_choice: true },
  ],
  ['polls', { id: CLOSED, message_id: REPLY, question: 'Well?', closed_at: NOON, closed_by: BOB }],
  ['poll_options', { id: OPTION_OF_CLOSED, poll_id: CLOSED, text: 'no', position: 0 }],
  ['poll_options', { id: RED, poll_id: SINGLE, text: 'red', position: 0 }],
  ['poll_options', { id: BLUE, poll_id: SINGLE, text: 'blue', position: 1 }],
  ['poll_options', { id: FIRST_OF_MULTIPLE, poll_id: MULTIPLE_CHOICE_POLL, text: 'tea', position: 0 }],
  ['poll_options', { id: SECOND_OF_MULTIPLE, poll_id: MULTIPLE_CHOICE_POLL, text: 'cake', position: 1 }],
  ['poll_votes', { poll_id: SINGLE, option_id: RED, user_id: BOB, multiple_choice: false }],
  [
    'poll_votes',
    { poll_id: MULTIPLE_CHOICE_POLL, option_id: FIRST_OF_MULTIPLE, user_id: BOB, multiple_choice: true },
  ],
];

export async function insertSampleRows(client: Client): Promise<void> {
  for (const [table, row] of SAMPLE_DATABASE) await insertRow(client, table, row);
}

/**
 * A further row of each table that the database accepts: a rejected case fails because of its changed values
 * only.
 */
export const SAMPLES: Record<string, Row> = {
  attachments: { id: id(90), owner_id: BOB, ...FILE },
  attachment_links: { message_id: HELLO, position: 1, attachment_id: PHOTO, conversation_id: GROUP },
  attachment_deletions: { attachment_id: id(90), due_at: NOON },
  server_secrets: { name: 'another', secret: HASH },
  database_epochs: { epoch: id(90), origin: 'there' },
  server_nodes: { node_id: id(90), seen_at: NOON },
  users: { id: id(90), tms_user_id: 'host-90' },
  refresh_tokens: { family_id: id(90), user_id: ANN, token_hash: HASH, expires_at: NOON },
  user_blocks: { blocker_id: ANN, blocked_id: CAM },
  conversations: { id: id(90), type: 'group', title: 'Another' },
  conversation_members: { conversation_id: GROUP, user_id: CAM },
  messages: {
    id: id(90),
    conversation_id: GROUP,
    seq: 90,
    version: 90,
    sender_id: ANN,
    type: 'text',
    content: 'More',
  },
  message_edits: { message_id: HELLO, version: 1, content: 'Hm', written_at: NOON },
  message_mentions: {
    message_id: HELLO,
    user_id: ANN,
    conversation_id: GROUP,
    seq: 1,
    is_thread_reply: false,
  },
  drafts: { user_id: ANN, draft_key: GROUP, conversation_id: GROUP, content: 'So', version: 1 },
  message_flags: { user_id: ANN, message_id: HELLO, conversation_id: GROUP, seq: 1, version: 1 },
  scheduled_messages: {
    id: id(90),
    sender_id: BOB,
    conversation_id: GROUP,
    content: 'Later',
    send_at: NOON,
    version: 1,
  },
  scheduled_message_deletions: { sender_id: ANN, version: 1 },
  thread_subscriptions: {
    thread_root_id: HELLO,
    user_id: ANN,
    conversation_id: GROUP,
    following: true,
    last_read_seq: 0,
    version: 1,
  },
  message_status: { message_id: HELLO, user_id: CAM, status: 'delivered', delivered_at: NOON },
  message_reactions: { message_id: HELLO, user_id: ANN, emoji: '🎉' },
  message_search: { ...FOUND, message_id: REPLY },
  search_blocks: { conversation_id: GROUP, block: 1, first_at: NOON, last_at: NOON },
  search_index_queue: { message_id: id(90) },
  calls: {
    id: id(90),
    conversation_id: DM,
    message_id: FREE_MESSAGE,
    type: 'voice',
    state: 'ringing',
    created_by: BOB,
    ring_expires_at: NOON,
  },
  call_participants: { call_id: OLD_CALL, user_id: CAM, state: 'ringing' },
  call_idempotency_keys: { user_id: CAM, client_id: 'c', call_id: OLD_CALL },
  polls: { id: id(90), message_id: FREE_MESSAGE, question: 'Really?' },
  poll_options: { id: id(90), poll_id: SINGLE, text: 'green', position: 2 },
  poll_votes: { poll_id: SINGLE, option_id: BLUE, user_id: CAM, multiple_choice: false },
};
