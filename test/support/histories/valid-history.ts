import { VALID_POLLS } from './valid-polls.js';

export const id = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
export const [ANN, BOB, CAM, DM, GROUP, CHANNEL] = [1, 2, 3, 11, 12, 13].map(id) as [
  string,
  string,
  string,
  string,
  string,
  string,
];

/** Two users in a DM and three in a group and a channel, as the server would leave them. */
export const VALID_HISTORY = `
  INSERT INTO users (id, tms_user_id, account_version, blocks_version)
    VALUES ('${ANN}', 'ann', 7, 7), ('${BOB}', 'bob', 3, 0), ('${CAM}', 'cam', 2, 0);
  INSERT INTO conversations (id, type, title, dm_user_low, dm_user_high) VALUES
    ('${DM}', 'dm', NULL, '${ANN}', '${BOB}'), ('${GROUP}', 'group', NULL, NULL, NULL), ('${CHANNEL}', 'channel', 'News', NULL, NULL);
  INSERT INTO conversation_members (conversation_id, user_id, role, version) VALUES
    ('${DM}', '${ANN}', 'member', 1), ('${DM}', '${BOB}', 'member', 1),
    ('${GROUP}', '${ANN}', 'owner', 2), ('${GROUP}', '${BOB}', 'admin', 2), ('${GROUP}', '${CAM}', 'member', 1),
    ('${CHANNEL}', '${ANN}', 'owner', 3), ('${CHANNEL}', '${BOB}', 'owner', 3), ('${CHANNEL}', '${CAM}', 'member', 2);
  SELECT append_message(gen_random_uuid(), conversation_id, user_id, 'text', 'Hello', NULL, NULL, NULL, NULL, NULL, 'c' || conversation_id)
    FROM conversation_members;
  SELECT append_message('${id(21)}', '${GROUP}', '${ANN}', 'text', 'Well', NULL, NULL, NULL, NULL, NULL, 'well');
  SELECT append_message('${id(22)}', '${GROUP}', '${BOB}', 'text', 'Well?', NULL, NULL, NULL, '${id(21)}', NULL, 'what');
  SELECT append_message('${id(23)}', '${GROUP}', '${BOB}', 'text', 'Psst', NULL, NULL, NULL, NULL, '${id(21)}', 'thread');
  SELECT append_message('${id(24)}', '${GROUP}', '${BOB}', 'system', 'Bob knocks', NULL, NULL, NULL, NULL, NULL, 'note');
  SELECT append_message('${id(25)}', '${DM}', '${BOB}', 'text', 'Hi', NULL, NULL, NULL, NULL, NULL, 'hi');
  INSERT INTO scheduled_messages (id, sender_id, conversation_id, send_at, state, message_id, version)
    VALUES ('${id(31)}', '${BOB}', '${DM}', now(), 'sent', '${id(25)}', 3);
  INSERT INTO message_reactions (message_id, user_id, emoji, created_at)
    SELECT '${id(21)}', user_id::uuid, emoji, at::timestamptz FROM (VALUES ('${BOB}', '🎉', '2026-01-01'),
      ('${CAM}', '👍', '2026-01-02'), ('${ANN}', '👍', '2026-01-03')) AS reaction (user_id, emoji, at);
  UPDATE messages SET reactions = '[{"emoji": "🎉", "count": 1, "userIds": ["${BOB}"]},
    {"emoji": "👍", "count": 2, "userIds": ["${CAM}", "${ANN}"]}]' WHERE id = '${id(21)}';
  UPDATE messages SET mentions = ARRAY['${CAM}', '${ANN}']::uuid[] WHERE id = '${id(23)}';
  INSERT INTO message_mentions SELECT id, unnest(mentions), conversation_id, seq, true FROM messages WHERE id = '${id(23)}';
  INSERT INTO thread_subscriptions (thread_root_id, user_id, conversation_id, following, last_read_seq, version)
    VALUES ('${id(21)}', '${ANN}', '${GROUP}', true, 4, 6), ('${id(21)}', '${BOB}', '${GROUP}', false, 6, 1);
  UPDATE conversation_members SET last_delivered_seq = 2, last_read_seq = 2, unread_from_seq = 1 WHERE conversation_id = '${GROUP}';
  UPDATE conversation_members SET last_delivered_seq = 1, last_read_seq = 1, unread_from_seq = NULL, version = 7 WHERE user_id = '${ANN}';
  ${VALID_POLLS}`;

/** Drops the constraints of PostgreSQL that would reject corrupted rows. */
export const UNCHECKED_ROWS = `
  ALTER TABLE poll_votes DISABLE TRIGGER poll_votes_write_reject_closed;
  DROP INDEX poll_votes_single_choice_key;
  ALTER TABLE calls DISABLE TRIGGER calls_update_reject_regression;
  ALTER TABLE conversations DROP CONSTRAINT conversations_counters_check;
  ALTER TABLE conversation_members DROP CONSTRAINT conversation_members_read_state_check;
  ALTER TABLE conversation_members DROP CONSTRAINT conversation_members_unread_check`;

/** Kind of corruption, violated invariant, SQL of the corruption, and expected words of the check. */
export type Corruption = [title: string, invariant: string, sql: string, words: string];
