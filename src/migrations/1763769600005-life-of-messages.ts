import type { MigrationInterface, QueryRunner } from 'typeorm';
import { UNREAD_AND_MARKS } from './1763769600002-groups-and-marks.js';
import { APPEND_MESSAGES as APPEND_MESSAGES_BEFORE } from './1763769600004-append-messages.js';

/**
 * What a message can carry: mentions, reactions, a thread, and what it is to one person (saved, hidden). Reactions and
 * the state of a thread stand on the message too, written in the transaction that changes them, so that reading a page
 * costs no look at other tables; the version of a reply is its root's, too. Deleting a message for everybody takes all
 * of it away, whoever deletes it.
 */
export class LifeOfMessages1763769600005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(UNREAD);
    await runner.query(MOVE_MARK);
    await runner.query(`DROP FUNCTION append_messages; ${APPEND_MESSAGES}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP FUNCTION append_messages; DROP FUNCTION move_mark; DROP FUNCTION unread_messages',
    );
    await runner.query(UNREAD_AND_MARKS);
    await runner.query(APPEND_MESSAGES_BEFORE);
    await runner.query(DOWN);
  }
}

const TABLES = `
ALTER TABLE messages
  ADD mentions uuid[],
  ADD mentions_all boolean NOT NULL DEFAULT false,
  ADD reactions jsonb,
  ADD thread_reply_count bigint NOT NULL DEFAULT 0 CHECK (thread_reply_count >= 0),
  ADD thread_last_reply_seq bigint,
  ADD forwarded boolean NOT NULL DEFAULT false,
  DROP CONSTRAINT messages_tombstone_check,
  ADD CONSTRAINT messages_tombstone_check CHECK (deleted_at IS NULL OR (
    content IS NULL AND media IS NULL AND payload IS NULL AND metadata IS NULL
    AND mentions IS NULL AND NOT mentions_all AND reactions IS NULL
  ));
CREATE INDEX messages_mentions_all_idx ON messages (conversation_id, seq) INCLUDE (sender_id) WHERE mentions_all;
CREATE INDEX messages_pinned_idx ON messages (conversation_id, pinned_at, id) WHERE pinned_at IS NOT NULL;

CREATE TABLE message_mentions (
  message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
  seq bigint NOT NULL,
  in_thread boolean NOT NULL,
  PRIMARY KEY (message_id, user_id)
);
CREATE INDEX message_mentions_user_id_message_id_idx ON message_mentions (user_id, message_id);
CREATE INDEX message_mentions_conversation_id_user_id_seq_idx ON message_mentions (conversation_id, user_id, seq);

CREATE TABLE my_messages (
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
CREATE INDEX my_messages_message_id_idx ON my_messages (message_id);
CREATE INDEX my_messages_conversation_id_user_id_idx ON my_messages (conversation_id, user_id);
CREATE INDEX my_messages_user_id_version_idx ON my_messages (user_id, version);
CREATE INDEX my_messages_saved_idx ON my_messages (user_id, saved_at, message_id) WHERE saved_at IS NOT NULL;

CREATE FUNCTION forget_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM message_reactions WHERE message_id = NEW.id;
  DELETE FROM message_mentions WHERE message_id = NEW.id;
  UPDATE messages SET thread_reply_count = thread_reply_count - 1, version = NEW.version WHERE id = NEW.thread_root_id;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION forget_message IS 'What goes with the content of a message that is deleted for everybody.';
CREATE TRIGGER messages_forget AFTER UPDATE OF deleted_at ON messages FOR EACH ROW
  WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION forget_message();
`;

const UNREAD = `
DROP FUNCTION unread_messages;
CREATE FUNCTION unread_messages(p_conversation_id uuid, p_user_id uuid, p_mark bigint)
RETURNS TABLE (unread bigint, mentions bigint)
LANGUAGE sql STABLE ROWS 1 AS $$
  SELECT count(*), (
    SELECT count(*) FROM (
      SELECT seq FROM message_mentions
      WHERE conversation_id = p_conversation_id AND user_id = p_user_id AND seq > p_mark AND NOT in_thread
      UNION
      SELECT seq FROM messages
      WHERE conversation_id = p_conversation_id AND seq > p_mark AND mentions_all AND thread_root_id IS NULL
        AND sender_id <> p_user_id
    ) mentioned
  ) FROM messages
  WHERE conversation_id = p_conversation_id AND seq > p_mark AND sender_id <> p_user_id
    AND (deleted_at IS NULL AND thread_root_id IS NULL AND type <> 'system') IS TRUE
$$;
COMMENT ON FUNCTION unread_messages IS
  'How many messages after a mark count as unread for a person: not their own, not deleted, no thread replies, not of the system; and how many of those mention them.';
`;

export const MOVE_MARK = `
DROP FUNCTION move_mark;
CREATE FUNCTION move_mark(
  p_conversation_id uuid, p_user_id uuid, p_mark text, p_seq bigint,
  OUT outcome text, OUT member conversation_members, OUT conversation_version bigint, OUT unread bigint, OUT mentions bigint
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  was conversation_members;
  top bigint;
  next_version bigint;
BEGIN
  PERFORM FROM users WHERE id = p_user_id AND is_active FOR NO KEY UPDATE;
  IF NOT FOUND THEN outcome := 'unauthenticated'; RETURN; END IF;
  SELECT * INTO was FROM conversation_members WHERE conversation_id = p_conversation_id AND user_id = p_user_id
  FOR NO KEY UPDATE;
  IF NOT FOUND THEN outcome := 'not_found'; RETURN; END IF;
  SELECT least(p_seq, last_seq) INTO top FROM conversations WHERE id = p_conversation_id;

  member := was;
  IF p_mark = 'unread' THEN
    IF p_seq <= was.last_read_seq THEN member.unread_from_seq := p_seq; END IF;
  ELSE
    member.last_delivered_seq := greatest(was.last_delivered_seq, top);
    IF p_mark = 'read' THEN
      member.last_read_seq := greatest(was.last_read_seq, top);
      member.unread_from_seq := NULL;
    END IF;
  END IF;

  outcome := CASE
    WHEN (member.last_read_seq, member.unread_from_seq) IS DISTINCT FROM (was.last_read_seq, was.unread_from_seq) THEN 'moved'
    ELSE 'same' END;
  IF outcome = 'moved' THEN
    UPDATE users SET me_version = me_version + 1 WHERE id = p_user_id RETURNING me_version INTO next_version;
    UPDATE conversation_members SET
      last_read_seq = member.last_read_seq, last_delivered_seq = member.last_delivered_seq,
      unread_from_seq = member.unread_from_seq, version = next_version, updated_at = clock_timestamp(),
      last_read_at = CASE WHEN member.last_read_seq > was.last_read_seq THEN clock_timestamp() ELSE last_read_at END
    WHERE conversation_id = p_conversation_id AND user_id = p_user_id RETURNING * INTO member;
  ELSIF member.last_delivered_seq > was.last_delivered_seq THEN
    UPDATE conversation_members SET last_delivered_seq = member.last_delivered_seq
    WHERE conversation_id = p_conversation_id AND user_id = p_user_id;
  END IF;

  SELECT conversation.version, CASE WHEN last_main_seq > mark THEN counted.unread ELSE 0 END,
    CASE WHEN last_main_seq > mark THEN counted.mentions ELSE 0 END
  INTO conversation_version, unread, mentions
  FROM conversations conversation
  CROSS JOIN LATERAL (SELECT least(member.last_read_seq, member.unread_from_seq - 1) AS mark) place
  LEFT JOIN LATERAL unread_messages(p_conversation_id, p_user_id, mark) counted ON last_main_seq > mark
  WHERE conversation.id = p_conversation_id;
END
$$;
COMMENT ON FUNCTION move_mark IS
  'Moves the mark read, delivered or unread of one person. outcome: moved (their counter too), same, or the code of the error.';
`;

const APPEND_MESSAGES = `
CREATE FUNCTION append_messages(p_messages jsonb, p_wait boolean)
RETURNS TABLE (place bigint, outcome text, audience_version bigint, message messages, reply messages)
LANGUAGE plpgsql VOLATILE ROWS 50 AS $$
#variable_conflict use_column
DECLARE
  wanted uuid[] := ARRAY(SELECT (sent ->> 'conversationId')::uuid FROM jsonb_array_elements(p_messages) sent);
  locked uuid[];
BEGIN
  IF p_wait THEN
    locked := ARRAY(SELECT id FROM conversations WHERE id = ANY (wanted) ORDER BY id FOR NO KEY UPDATE);
  ELSE
    locked := ARRAY(SELECT id FROM conversations WHERE id = ANY (wanted) FOR NO KEY UPDATE SKIP LOCKED);
  END IF;

  RETURN QUERY
  WITH sent AS (
    SELECT *, client_id IS NOT NULL
      AND row_number() OVER (PARTITION BY sender_id, client_id ORDER BY place) > 1 AS is_again
    FROM ROWS FROM (jsonb_to_recordset(p_messages) AS (
      "id" uuid, "conversationId" uuid, "senderId" uuid, "type" text, "content" text, "media" jsonb, "payload" jsonb,
      "metadata" jsonb, "mentions" uuid[], "mentionsAll" boolean, "forwarded" boolean, "replyToId" uuid,
      "threadRootId" uuid, "clientId" text
    )) WITH ORDINALITY AS one (
      id, conversation_id, sender_id, type, content, media, payload, metadata, mentions, mentions_all, forwarded,
      reply_to_id, thread_root_id, client_id, place
    )
  ), looked AS (
    SELECT sent.*, first.message AS first, reply.message AS reply, CASE
      WHEN is_again OR NOT p_wait AND sent.conversation_id <> ALL (locked) THEN 'busy'
      WHEN standing.is_active IS NULL THEN 'not_found'
      WHEN NOT standing.is_active THEN 'unauthenticated'
      WHEN first.conversation_id = sent.conversation_id THEN 'duplicate'
      WHEN first.id IS NOT NULL THEN 'client_id_reused'
      WHEN standing.barrier IS NOT NULL THEN standing.barrier
      WHEN sent.thread_root_id IS NOT NULL AND (
        root.conversation_id IS DISTINCT FROM sent.conversation_id OR root.thread_root_id IS NOT NULL
      ) THEN 'thread_root_not_found'
      WHEN sent.reply_to_id IS NOT NULL AND reply.conversation_id IS DISTINCT FROM sent.conversation_id THEN 'reply_not_found'
      ELSE 'created'
    END AS outcome
    FROM sent
    LEFT JOIN LATERAL (SELECT * FROM conversation_standing(sent.conversation_id, sent.sender_id) LIMIT 1) standing ON true
    LEFT JOIN LATERAL (
      SELECT m AS message, m.* FROM messages m WHERE m.sender_id = sent.sender_id AND m.client_id = sent.client_id LIMIT 1
    ) first ON true
    LEFT JOIN LATERAL (SELECT * FROM messages WHERE id = sent.thread_root_id LIMIT 1) root ON true
    LEFT JOIN LATERAL (
      SELECT m AS message, m.* FROM messages m
      WHERE m.id = CASE WHEN first.id IS NULL THEN sent.reply_to_id ELSE first.reply_to_id END LIMIT 1
    ) reply ON true
  ), accepted AS (
    SELECT *, row_number() OVER (PARTITION BY conversation_id ORDER BY place) AS nth
    FROM (SELECT *, outcome = 'created' AS is_new FROM looked) every WHERE is_new
  ), conversation AS (
    UPDATE conversations SET
      last_seq = last_seq + more.count,
      last_main_seq = coalesce(last_seq + more.last_main, last_main_seq),
      version = version + more.count,
      last_activity_at = clock_timestamp()
    FROM (
      SELECT conversation_id, count(*), max(nth) FILTER (WHERE thread_root_id IS NULL AND type <> 'system') AS last_main
      FROM accepted GROUP BY 1
    ) more
    WHERE id = more.conversation_id
    RETURNING id, last_seq - more.count AS seq, version - more.count AS version, members_version, last_activity_at
  ), appended AS (
    INSERT INTO messages AS m (id, conversation_id, seq, version, sender_id, type, content, media, payload, metadata,
      mentions, mentions_all, forwarded, reply_to_id, thread_root_id, client_id, created_at, updated_at)
    SELECT accepted.id, conversation_id, seq + nth, version + nth, sender_id, type, content, media, payload, metadata,
      mentions, coalesce(mentions_all, false), coalesce(forwarded, false), reply_to_id, thread_root_id, client_id,
      last_activity_at, last_activity_at
    FROM accepted JOIN conversation ON conversation.id = conversation_id
    RETURNING id, conversation_id, seq, version, thread_root_id, mentions, m AS message
  ), mentioned AS (
    INSERT INTO message_mentions (message_id, user_id, conversation_id, seq, in_thread)
    SELECT id, user_id, conversation_id, seq, thread_root_id IS NOT NULL
    FROM appended CROSS JOIN LATERAL unnest(mentions) AS user_id
  ), answered AS (
    UPDATE messages SET
      thread_reply_count = thread_reply_count + more.count, thread_last_reply_seq = more.last_seq, version = more.last_version
    FROM (
      SELECT thread_root_id, count(*), max(seq) AS last_seq, max(version) AS last_version FROM appended WHERE thread_root_id IS NOT NULL GROUP BY 1
    ) more
    WHERE id = more.thread_root_id
  )
  SELECT place, outcome, members_version, coalesce(appended.message, first), reply
  FROM looked
  LEFT JOIN appended USING (id)
  LEFT JOIN conversation ON appended.id IS NOT NULL AND conversation.id = looked.conversation_id;
END
$$;
COMMENT ON FUNCTION append_messages IS
  'Appends messages, all or none, each in its turn. outcome: created; duplicate (the same clientId: the first message comes back); busy (ask again: another try with this clientId stands before it, or, without p_wait, the conversation is locked or does not exist); or the code of the error.';
`;

const DOWN = `
DROP TRIGGER messages_forget ON messages;
DROP FUNCTION forget_message;
DROP TABLE my_messages, message_mentions;
DROP INDEX messages_pinned_idx;
DROP INDEX messages_mentions_all_idx;
ALTER TABLE messages
  DROP CONSTRAINT messages_tombstone_check,
  DROP mentions, DROP mentions_all, DROP reactions, DROP thread_reply_count, DROP thread_last_reply_seq, DROP forwarded,
  ADD CONSTRAINT messages_tombstone_check CHECK (
    deleted_at IS NULL OR (content IS NULL AND media IS NULL AND payload IS NULL AND metadata IS NULL)
  );
`;
