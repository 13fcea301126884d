import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The twelve tables. Invariants live here as constraints; their names are PostgreSQL's own.
 * `conversations` has room on each page and no index on what a send changes, so that sends are HOT updates.
 */
export class Schema1763769600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}

const UP = `
CREATE TABLE users (
  id uuid PRIMARY KEY,
  tms_user_id text NOT NULL UNIQUE CHECK (char_length(tms_user_id) BETWEEN 1 AND 255),
  username text,
  email text,
  display_name text,
  avatar_url text,
  role text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin', 'bot')),
  is_active boolean NOT NULL DEFAULT true,
  password_hash text,
  settings jsonb NOT NULL DEFAULT '{}',
  me_version bigint NOT NULL DEFAULT 0,
  profile_issued_at timestamptz(3),
  sessions_ended_at timestamptz(3),
  last_seen_at timestamptz(3),
  last_synced_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_local_username_key ON users (lower(username)) WHERE tms_user_id LIKE 'local:%';
CREATE UNIQUE INDEX users_local_email_key ON users (lower(email)) WHERE tms_user_id LIKE 'local:%';
CREATE INDEX users_username_idx ON users (lower(username) text_pattern_ops);
CREATE INDEX users_display_name_idx ON users (lower(display_name) text_pattern_ops);
CREATE INDEX users_sessions_ended_at_idx ON users (sessions_ended_at) WHERE sessions_ended_at IS NOT NULL;

CREATE TABLE user_blocks (
  blocker_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  blocked_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (blocker_id, blocked_id),
  CONSTRAINT user_blocks_other_check CHECK (blocker_id <> blocked_id)
);
CREATE INDEX user_blocks_blocked_id_idx ON user_blocks (blocked_id);

CREATE TABLE conversations (
  id uuid PRIMARY KEY,
  type text NOT NULL CHECK (type IN ('dm', 'group', 'channel', 'assistant')),
  title text CHECK (char_length(title) BETWEEN 1 AND 200),
  description text CHECK (char_length(description) <= 1000),
  avatar_url text,
  created_by uuid REFERENCES users ON DELETE SET NULL,
  is_private boolean NOT NULL DEFAULT true,
  dm_user_low uuid REFERENCES users ON DELETE CASCADE,
  dm_user_high uuid REFERENCES users ON DELETE CASCADE,
  first_seq bigint NOT NULL DEFAULT 1,
  last_seq bigint NOT NULL DEFAULT 0,
  last_main_seq bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL DEFAULT 1,
  members_version bigint NOT NULL DEFAULT 1,
  last_activity_at timestamptz(3) NOT NULL DEFAULT now(),
  client_id text CHECK (char_length(client_id) BETWEEN 1 AND 64),
  settings jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (created_by, client_id),
  UNIQUE (dm_user_low, dm_user_high),
  CONSTRAINT conversations_dm_pair_check CHECK (
    CASE WHEN type = 'dm' THEN dm_user_low IS NOT NULL AND dm_user_high IS NOT NULL AND dm_user_low < dm_user_high
         ELSE dm_user_low IS NULL AND dm_user_high IS NULL END
  ),
  CONSTRAINT conversations_counters_check CHECK (
    first_seq >= 1 AND last_seq >= first_seq - 1 AND last_main_seq BETWEEN 0 AND last_seq
    AND members_version BETWEEN 1 AND version
  )
) WITH (fillfactor = 70);
CREATE INDEX conversations_dm_user_high_idx ON conversations (dm_user_high);

CREATE TABLE conversation_members (
  conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  role text NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'admin', 'member')),
  joined_at timestamptz(3) NOT NULL DEFAULT now(),
  last_delivered_seq bigint NOT NULL DEFAULT 0,
  last_read_seq bigint NOT NULL DEFAULT 0,
  last_read_at timestamptz(3),
  unread_from_seq bigint,
  muted_until timestamptz(3),
  archived_at timestamptz(3),
  pinned_at timestamptz(3),
  version bigint NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (conversation_id, user_id),
  CONSTRAINT conversation_members_marks_check CHECK (
    last_read_seq >= 0 AND last_delivered_seq >= last_read_seq AND unread_from_seq >= 1
  )
) WITH (fillfactor = 80);
CREATE INDEX conversation_members_user_id_version_idx ON conversation_members (user_id, version);

CREATE TABLE messages (
  id uuid PRIMARY KEY,
  conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
  seq bigint NOT NULL CHECK (seq >= 1),
  version bigint NOT NULL CHECK (version >= 1),
  sender_id uuid REFERENCES users ON DELETE CASCADE,
  type text NOT NULL DEFAULT 'text'
    CHECK (type IN ('text', 'image', 'video', 'voice', 'file', 'poll', 'call', 'system')),
  content text CHECK (char_length(content) <= 10000),
  media jsonb,
  payload jsonb,
  metadata jsonb,
  reply_to_id uuid REFERENCES messages ON DELETE SET NULL,
  thread_root_id uuid REFERENCES messages ON DELETE CASCADE,
  client_id text CHECK (char_length(client_id) BETWEEN 1 AND 64),
  pinned_at timestamptz(3),
  pinned_by uuid REFERENCES users ON DELETE SET NULL,
  edited_at timestamptz(3),
  deleted_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (conversation_id, seq),
  UNIQUE (sender_id, client_id),
  CONSTRAINT messages_sender_check CHECK (sender_id IS NOT NULL OR type = 'system'),
  CONSTRAINT messages_body_check CHECK (
    content IS NOT NULL OR media IS NOT NULL OR type IN ('poll', 'call', 'system') OR deleted_at IS NOT NULL
  ),
  CONSTRAINT messages_tombstone_check CHECK (
    deleted_at IS NULL OR (content IS NULL AND media IS NULL AND payload IS NULL AND metadata IS NULL)
  )
);
CREATE INDEX messages_conversation_id_version_idx ON messages (conversation_id, version);
CREATE INDEX messages_reply_to_id_idx ON messages (reply_to_id);
CREATE INDEX messages_thread_root_id_seq_idx ON messages (thread_root_id, seq);
CREATE INDEX messages_pinned_by_idx ON messages (pinned_by);

CREATE TABLE message_status (
  message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  status text NOT NULL CHECK (status IN ('delivered', 'read')),
  delivered_at timestamptz(3) NOT NULL,
  read_at timestamptz(3),
  PRIMARY KEY (message_id, user_id),
  CONSTRAINT message_status_read_check CHECK ((status = 'read') = (read_at IS NOT NULL))
);
CREATE INDEX message_status_user_id_idx ON message_status (user_id);

CREATE TABLE message_reactions (
  message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  emoji text NOT NULL CHECK (char_length(emoji) BETWEEN 1 AND 32),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (message_id, user_id, emoji)
);
CREATE INDEX message_reactions_user_id_idx ON message_reactions (user_id);

CREATE TABLE calls (
  id uuid PRIMARY KEY,
  conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
  message_id uuid NOT NULL UNIQUE REFERENCES messages ON DELETE CASCADE,
  type text NOT NULL CHECK (type IN ('voice', 'video')),
  state text NOT NULL CHECK (state IN ('ringing', 'active', 'ended')),
  created_by uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  client_id text CHECK (char_length(client_id) BETWEEN 1 AND 64),
  ring_expires_at timestamptz(3) NOT NULL,
  started_at timestamptz(3),
  ended_at timestamptz(3),
  end_reason text CHECK (end_reason IN ('completed', 'declined', 'cancelled', 'missed', 'busy', 'failed')),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (created_by, client_id),
  CONSTRAINT calls_lifecycle_check CHECK (
    (state = 'ended') = (ended_at IS NOT NULL) AND (state = 'ended') = (end_reason IS NOT NULL)
    AND (state <> 'active' OR started_at IS NOT NULL)
  )
);
CREATE UNIQUE INDEX calls_live_key ON calls (conversation_id) WHERE state <> 'ended';
CREATE INDEX calls_conversation_id_created_at_idx ON calls (conversation_id, created_at);

CREATE TABLE call_participants (
  call_id uuid NOT NULL REFERENCES calls ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  state text NOT NULL CHECK (state IN ('invited', 'ringing', 'joined', 'declined', 'missed', 'busy', 'left')),
  device_id text CHECK (char_length(device_id) BETWEEN 1 AND 64),
  joined_at timestamptz(3),
  left_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (call_id, user_id),
  CONSTRAINT call_participants_joined_check CHECK (state <> 'joined' OR joined_at IS NOT NULL)
);
CREATE UNIQUE INDEX call_participants_joined_key ON call_participants (user_id) WHERE state = 'joined';
CREATE INDEX call_participants_user_id_idx ON call_participants (user_id);

CREATE TABLE polls (
  id uuid PRIMARY KEY,
  message_id uuid NOT NULL UNIQUE REFERENCES messages ON DELETE CASCADE,
  question text NOT NULL CHECK (char_length(question) BETWEEN 1 AND 500),
  multiple_choice boolean NOT NULL DEFAULT false,
  max_choices smallint CHECK (max_choices BETWEEN 1 AND 100),
  anonymous boolean NOT NULL DEFAULT false,
  results_visibility text NOT NULL DEFAULT 'live' CHECK (results_visibility IN ('live', 'closed')),
  closes_at timestamptz(3),
  closed_at timestamptz(3),
  closed_by uuid REFERENCES users ON DELETE SET NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (id, multiple_choice),
  CONSTRAINT polls_single_choice_check CHECK (multiple_choice OR max_choices IS NULL OR max_choices = 1)
);
CREATE INDEX polls_closed_by_idx ON polls (closed_by);

CREATE TABLE poll_options (
  id uuid PRIMARY KEY,
  poll_id uuid NOT NULL REFERENCES polls ON DELETE CASCADE,
  text text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 200),
  position smallint NOT NULL CHECK (position BETWEEN 0 AND 99),
  UNIQUE (poll_id, position),
  UNIQUE (poll_id, id)
);

CREATE TABLE poll_votes (
  poll_id uuid NOT NULL,
  option_id uuid NOT NULL,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  multiple_choice boolean NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (poll_id, option_id, user_id),
  FOREIGN KEY (poll_id, multiple_choice) REFERENCES polls (id, multiple_choice) ON DELETE CASCADE,
  FOREIGN KEY (poll_id, option_id) REFERENCES poll_options (poll_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX poll_votes_single_choice_key ON poll_votes (poll_id, user_id) WHERE NOT multiple_choice;
CREATE INDEX poll_votes_poll_id_multiple_choice_idx ON poll_votes (poll_id, multiple_choice);
CREATE INDEX poll_votes_user_id_idx ON poll_votes (user_id);
`;

const DOWN = `
DROP TABLE poll_votes, poll_options, polls, call_participants, calls, message_reactions, message_status, messages,
  conversation_members, conversations, user_blocks, users;
`;
