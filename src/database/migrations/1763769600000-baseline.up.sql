-- The schema. Constraints hold the invariants; unnamed constraints have the names that PostgreSQL gives them.

-- Users, sign-ins, blocks
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
  account_version bigint NOT NULL DEFAULT 0,
  profile_issued_at timestamptz(3),
  sessions_revoked_at timestamptz(3),
  last_seen_at timestamptz(3),
  last_synced_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  blocks_version bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX users_local_username_key ON users (lower(username)) WHERE tms_user_id LIKE 'local:%';
CREATE UNIQUE INDEX users_local_email_key ON users (lower(email)) WHERE tms_user_id LIKE 'local:%';
CREATE INDEX users_username_idx ON users (lower(username) text_pattern_ops);
CREATE INDEX users_display_name_idx ON users (lower(display_name) text_pattern_ops);
CREATE INDEX users_sessions_revoked_at_idx ON users (sessions_revoked_at) WHERE sessions_revoked_at IS NOT NULL;

CREATE TABLE refresh_tokens (
  family_id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  generation integer NOT NULL DEFAULT 0,
  token_hash bytea NOT NULL,
  previous_hash bytea,
  is_seen boolean NOT NULL DEFAULT true,
  rotated_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT refresh_tokens_hash_check CHECK (octet_length(token_hash) = 32 AND octet_length(previous_hash) = 32)
);
CREATE INDEX refresh_tokens_user_id_idx ON refresh_tokens (user_id);
CREATE INDEX refresh_tokens_expires_at_idx ON refresh_tokens (expires_at);

CREATE TABLE user_blocks (
  blocker_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  blocked_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (blocker_id, blocked_id),
  CONSTRAINT user_blocks_other_check CHECK (blocker_id <> blocked_id)
);
CREATE INDEX user_blocks_blocked_id_idx ON user_blocks (blocked_id);

CREATE TABLE server_secrets (
  name text PRIMARY KEY,
  secret bytea NOT NULL,
  CONSTRAINT server_secrets_secret_check CHECK (octet_length(secret) = 32)
);

-- Conversations. Free space on each page and no index on a column that a send changes keep sends HOT updates.
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
  ),
  CONSTRAINT conversations_shape_check CHECK (
    CASE type WHEN 'channel' THEN title IS NOT NULL WHEN 'dm' THEN is_private AND title IS NULL ELSE is_private END
  )
) WITH (fillfactor = 70);
CREATE INDEX conversations_dm_user_high_idx ON conversations (dm_user_high);
CREATE INDEX conversations_public_idx ON conversations (lower(title) text_pattern_ops, id)
  WHERE type = 'channel' AND NOT is_private;

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
  joined_account_version bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (conversation_id, user_id),
  CONSTRAINT conversation_members_read_state_check CHECK (
    last_read_seq >= 0 AND last_delivered_seq >= last_read_seq AND unread_from_seq >= 1
  ),
  CONSTRAINT conversation_members_unread_check CHECK (unread_from_seq <= last_read_seq)
) WITH (fillfactor = 80);
CREATE INDEX conversation_members_user_id_version_idx ON conversation_members (user_id, version);

-- Messages
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
  mentions uuid[],
  mentions_all boolean NOT NULL DEFAULT false,
  reactions jsonb,
  thread_reply_count bigint NOT NULL DEFAULT 0 CHECK (thread_reply_count >= 0),
  thread_last_reply_seq bigint,
  forwarded boolean NOT NULL DEFAULT false,
  UNIQUE (conversation_id, seq),
  UNIQUE (sender_id, client_id),
  CONSTRAINT messages_sender_check CHECK (sender_id IS NOT NULL OR type = 'system'),
  CONSTRAINT messages_body_check CHECK (
    content IS NOT NULL OR media IS NOT NULL OR type IN ('poll', 'call', 'system') OR deleted_at IS NOT NULL
  ),
  CONSTRAINT messages_tombstone_check CHECK (deleted_at IS NULL OR (
    content IS NULL AND media IS NULL AND payload IS NULL AND metadata IS NULL
    AND mentions IS NULL AND NOT mentions_all AND reactions IS NULL
  ))
);
CREATE INDEX messages_conversation_id_version_idx ON messages (conversation_id, version);
CREATE INDEX messages_reply_to_id_idx ON messages (reply_to_id);
CREATE INDEX messages_thread_root_id_seq_idx ON messages (thread_root_id, seq);
CREATE INDEX messages_pinned_by_idx ON messages (pinned_by);
CREATE INDEX messages_pinned_idx ON messages (conversation_id, pinned_at, id) WHERE pinned_at IS NOT NULL;
-- Without IS TRUE the planner prefers messages_thread_root_id_seq_idx and reads every message that is in no thread.
CREATE INDEX messages_unread_idx ON messages (conversation_id, seq) INCLUDE (sender_id)
  WHERE (deleted_at IS NULL AND thread_root_id IS NULL AND type <> 'system') IS TRUE;
CREATE INDEX messages_mentions_all_idx ON messages (conversation_id, seq) INCLUDE (sender_id) WHERE mentions_all;
CREATE INDEX messages_mentions_all_id_idx ON messages (conversation_id, id) WHERE mentions_all;
CREATE INDEX messages_conversation_id_type_seq_idx ON messages (conversation_id, type, seq) WHERE media IS NOT NULL;
CREATE INDEX messages_polls_idx ON messages (conversation_id, seq) WHERE type = 'poll';

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
CREATE INDEX message_reactions_message_id_emoji_created_at_user_id_idx
  ON message_reactions (message_id, emoji, created_at, user_id);

CREATE TABLE message_edits (
  message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
  version bigint NOT NULL,
  content text NOT NULL CHECK (char_length(content) <= 10000),
  written_at timestamptz(3) NOT NULL,
  PRIMARY KEY (message_id, version)
);

CREATE TABLE message_mentions (
  message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
  seq bigint NOT NULL,
  is_thread_reply boolean NOT NULL,
  PRIMARY KEY (message_id, user_id)
);
CREATE INDEX message_mentions_user_id_message_id_idx ON message_mentions (user_id, message_id);
CREATE INDEX message_mentions_conversation_id_user_id_seq_idx ON message_mentions (conversation_id, user_id, seq);

CREATE TABLE message_flags (
  user_id uuid NOT NULL,
  message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
  conversation_id uuid NOT NULL,
  seq bigint NOT NULL,
  saved_at timestamptz(3),
  hidden_at timestamptz(3),
  version bigint NOT NULL,
  PRIMARY KEY (user_id, message_id),
  FOREIGN KEY (conversation_id, user_id) REFERENCES conversation_members ON DELETE CASCADE
);
CREATE INDEX message_flags_message_id_idx ON message_flags (message_id);
CREATE INDEX message_flags_conversation_id_user_id_idx ON message_flags (conversation_id, user_id);
CREATE INDEX message_flags_user_id_version_idx ON message_flags (user_id, version);
CREATE INDEX message_flags_saved_idx ON message_flags (user_id, saved_at, message_id) WHERE saved_at IS NOT NULL;

CREATE TABLE thread_subscriptions (
  thread_root_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
  user_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  following boolean NOT NULL,
  last_read_seq bigint NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (thread_root_id, user_id),
  FOREIGN KEY (conversation_id, user_id) REFERENCES conversation_members ON DELETE CASCADE
);
CREATE INDEX thread_subscriptions_conversation_id_user_id_idx ON thread_subscriptions (conversation_id, user_id);
CREATE INDEX thread_subscriptions_user_id_version_idx ON thread_subscriptions (user_id, version);

CREATE TABLE drafts (
  user_id uuid NOT NULL,
  draft_key uuid NOT NULL,
  conversation_id uuid NOT NULL,
  thread_root_id uuid REFERENCES messages ON DELETE CASCADE,
  content text CHECK (char_length(content) <= 10000),
  reply_to_id uuid REFERENCES messages ON DELETE SET NULL,
  mentions uuid[],
  version bigint NOT NULL,
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, draft_key),
  FOREIGN KEY (conversation_id, user_id) REFERENCES conversation_members ON DELETE CASCADE,
  CONSTRAINT drafts_draft_key_check CHECK (draft_key = coalesce(thread_root_id, conversation_id)),
  CONSTRAINT drafts_removed_check CHECK (content IS NOT NULL OR (reply_to_id IS NULL AND mentions IS NULL))
);
CREATE INDEX drafts_conversation_id_user_id_idx ON drafts (conversation_id, user_id);
CREATE INDEX drafts_thread_root_id_idx ON drafts (thread_root_id);
CREATE INDEX drafts_reply_to_id_idx ON drafts (reply_to_id);
CREATE INDEX drafts_user_id_version_idx ON drafts (user_id, version);

CREATE TABLE scheduled_messages (
  id uuid PRIMARY KEY,
  sender_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  type text NOT NULL DEFAULT 'text' CONSTRAINT scheduled_messages_type_check
    CHECK (type = 'text'),
  content text CHECK (char_length(content) <= 10000),
  metadata jsonb,
  mentions uuid[],
  mentions_all boolean NOT NULL DEFAULT false,
  reply_to_id uuid,
  thread_root_id uuid,
  send_at timestamptz(3) NOT NULL,
  state text NOT NULL DEFAULT 'scheduled' CONSTRAINT scheduled_messages_state_check
    CHECK (state IN ('scheduled', 'sent', 'failed', 'cancelled')),
  error_code text,
  message_id uuid REFERENCES messages ON DELETE SET NULL,
  client_id text CHECK (char_length(client_id) BETWEEN 1 AND 64),
  version bigint NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (sender_id, client_id),
  FOREIGN KEY (conversation_id, sender_id) REFERENCES conversation_members (conversation_id, user_id) ON DELETE CASCADE,
  CONSTRAINT scheduled_messages_error_check CHECK ((state = 'failed') = (error_code IS NOT NULL)),
  CONSTRAINT scheduled_messages_message_check CHECK (state = 'sent' OR message_id IS NULL),
  CONSTRAINT scheduled_messages_body_check CHECK (CASE
    WHEN state IN ('scheduled', 'failed') THEN content IS NOT NULL
    ELSE content IS NULL AND metadata IS NULL AND mentions IS NULL AND NOT mentions_all
      AND reply_to_id IS NULL AND thread_root_id IS NULL
  END)
);
CREATE INDEX scheduled_messages_conversation_id_sender_id_idx ON scheduled_messages (conversation_id, sender_id);
CREATE INDEX scheduled_messages_sender_id_version_idx ON scheduled_messages (sender_id, version);
CREATE INDEX scheduled_messages_message_id_idx ON scheduled_messages (message_id);
CREATE INDEX scheduled_messages_waiting_idx ON scheduled_messages (sender_id, send_at, id)
  WHERE state IN ('scheduled', 'failed');

-- Attachments
CREATE TABLE attachments (
  id uuid PRIMARY KEY,
  owner_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  state text NOT NULL DEFAULT 'uploading',
  kind text NOT NULL,
  mime_type text NOT NULL,
  size bigint NOT NULL,
  width integer,
  height integer,
  filename text NOT NULL,
  thumbnail_size integer,
  client_id text,
  linked_at timestamptz(3),
  unlinked_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT attachments_owner_id_client_id_key UNIQUE (owner_id, client_id),
  CONSTRAINT attachments_state_check CHECK (state IN ('uploading', 'ready')),
  CONSTRAINT attachments_kind_check CHECK (kind IN ('image', 'video', 'audio', 'file')),
  CONSTRAINT attachments_size_check CHECK (size >= 1 AND width >= 1 AND height >= 1 AND thumbnail_size >= 1),
  CONSTRAINT attachments_image_check CHECK (kind = 'image' OR width IS NULL AND height IS NULL AND thumbnail_size IS NULL),
  CONSTRAINT attachments_filename_check CHECK (char_length(filename) BETWEEN 1 AND 255),
  CONSTRAINT attachments_client_id_check CHECK (char_length(client_id) BETWEEN 1 AND 64),
  CONSTRAINT attachments_linked_check CHECK (linked_at IS NULL OR state = 'ready')
);
CREATE INDEX attachments_owner_id_size_idx ON attachments (owner_id, size);
CREATE INDEX attachments_unused_idx ON attachments (created_at) WHERE linked_at IS NULL;
CREATE INDEX attachments_unlinked_idx ON attachments (unlinked_at) WHERE unlinked_at IS NOT NULL;

CREATE TABLE attachment_links (
  message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
  position smallint NOT NULL,
  attachment_id uuid NOT NULL REFERENCES attachments ON DELETE CASCADE,
  conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
  PRIMARY KEY (message_id, position),
  CONSTRAINT attachment_links_position_check CHECK (position >= 0)
);
CREATE INDEX attachment_links_attachment_id_conversation_id_idx ON attachment_links (attachment_id, conversation_id);
CREATE INDEX attachment_links_conversation_id_idx ON attachment_links (conversation_id);

CREATE TABLE attachment_deletions (
  attachment_id uuid PRIMARY KEY,
  due_at timestamptz(3) NOT NULL
);
CREATE INDEX attachment_deletions_due_at_idx ON attachment_deletions (due_at);

-- Search
CREATE TABLE message_search (
  message_id uuid PRIMARY KEY REFERENCES messages ON DELETE CASCADE,
  conversation_id uuid NOT NULL,
  seq bigint NOT NULL,
  sender_id uuid,
  type text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  keys bigint[] NOT NULL
);
CREATE INDEX message_search_keys_idx ON message_search USING gin (keys) WITH (fastupdate = off);

CREATE TABLE search_index_queue (message_id uuid PRIMARY KEY);

-- Polls
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
CREATE INDEX poll_votes_user_id_poll_id_option_id_idx ON poll_votes (user_id, poll_id, option_id);
CREATE INDEX poll_votes_poll_id_option_id_created_at_user_id_idx ON poll_votes (poll_id, option_id, created_at, user_id);

-- Calls
CREATE TABLE calls (
  id uuid PRIMARY KEY,
  conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
  message_id uuid UNIQUE REFERENCES messages ON DELETE CASCADE,
  type text NOT NULL CHECK (type IN ('voice', 'video')),
  state text NOT NULL CHECK (state IN ('ringing', 'active', 'ended')),
  created_by uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  ring_expires_at timestamptz(3) NOT NULL,
  started_at timestamptz(3),
  ended_at timestamptz(3),
  end_reason text CHECK (end_reason IN ('completed', 'declined', 'cancelled', 'missed', 'busy', 'failed')),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  topology text NOT NULL DEFAULT 'mesh' CHECK (topology IN ('mesh', 'sfu')),
  revision integer NOT NULL DEFAULT 1 CHECK (revision >= 1),
  CONSTRAINT calls_lifecycle_check CHECK (
    (state = 'ended') = (ended_at IS NOT NULL) AND (state = 'ended') = (end_reason IS NOT NULL)
    AND (state <> 'active' OR started_at IS NOT NULL)
  )
);
CREATE UNIQUE INDEX calls_live_key ON calls (conversation_id) WHERE state <> 'ended';
CREATE INDEX calls_conversation_id_id_idx ON calls (conversation_id, id);
CREATE INDEX calls_created_by_id_idx ON calls (created_by, id);

CREATE TABLE call_participants (
  call_id uuid NOT NULL REFERENCES calls ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  state text NOT NULL CHECK (state IN ('invited', 'ringing', 'joined', 'declined', 'missed', 'busy', 'left')),
  device_id text CHECK (char_length(device_id) BETWEEN 1 AND 64),
  joined_at timestamptz(3),
  left_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  lease_expires_at timestamptz(3),
  disconnected_at timestamptz(3),
  PRIMARY KEY (call_id, user_id),
  CONSTRAINT call_participants_joined_check CHECK (
    (state = 'joined') = (device_id IS NOT NULL) AND (state = 'joined') = (lease_expires_at IS NOT NULL)
    AND (state <> 'joined' OR joined_at IS NOT NULL) AND (state = 'joined' OR disconnected_at IS NULL)
  )
);
CREATE UNIQUE INDEX call_participants_joined_key ON call_participants (user_id) WHERE state = 'joined';
CREATE INDEX call_participants_user_id_call_id_idx ON call_participants (user_id, call_id);
CREATE INDEX call_participants_missed_idx ON call_participants (user_id, call_id) WHERE state IN ('missed', 'busy');

CREATE TABLE call_idempotency_keys (
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  client_id text NOT NULL CHECK (char_length(client_id) BETWEEN 1 AND 64),
  call_id uuid NOT NULL REFERENCES calls ON DELETE CASCADE,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, client_id)
);
CREATE INDEX call_idempotency_keys_call_id_idx ON call_idempotency_keys (call_id);
