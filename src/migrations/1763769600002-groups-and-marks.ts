import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Groups and channels, marks and unread. What is unread is counted, never stored: `unread_messages` is the only place
 * that says what counts (D7), by an index made for it. `IS TRUE` keeps the planner from reading all messages that are in
 * no thread by the index of threads.
 */
export class GroupsAndMarks1763769600002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
    await runner.query(UNREAD_AND_MARKS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}

const UP = `
ALTER TABLE users ADD blocks_version bigint NOT NULL DEFAULT 0;
ALTER TABLE users SET (fillfactor = 80);

ALTER TABLE conversations ADD CONSTRAINT conversations_shape_check CHECK (
  CASE type WHEN 'channel' THEN title IS NOT NULL WHEN 'dm' THEN is_private AND title IS NULL ELSE is_private END
);
CREATE INDEX conversations_public_idx ON conversations (lower(title) text_pattern_ops, id)
  WHERE type = 'channel' AND NOT is_private;

ALTER TABLE conversation_members ADD CONSTRAINT conversation_members_unread_check CHECK (unread_from_seq <= last_read_seq);

CREATE INDEX messages_unread_idx ON messages (conversation_id, seq) INCLUDE (sender_id)
  WHERE (deleted_at IS NULL AND thread_root_id IS NULL AND type <> 'system') IS TRUE;
`;

/** For the way back to them too. */
export const UNREAD_AND_MARKS = `
CREATE FUNCTION unread_messages(p_conversation_id uuid, p_user_id uuid, p_mark bigint) RETURNS TABLE (unread bigint)
LANGUAGE sql STABLE ROWS 1 AS $$
  SELECT count(*) FROM messages
  WHERE conversation_id = p_conversation_id AND seq > p_mark AND sender_id <> p_user_id
    AND (deleted_at IS NULL AND thread_root_id IS NULL AND type <> 'system') IS TRUE
$$;
COMMENT ON FUNCTION unread_messages IS
  'How many messages after a mark count as unread for a person: not their own, not deleted, no thread replies, not of the system.';

CREATE FUNCTION move_mark(
  p_conversation_id uuid, p_user_id uuid, p_mark text, p_seq bigint,
  OUT outcome text, OUT member conversation_members, OUT conversation_version bigint, OUT unread bigint
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  was conversation_members;
  top bigint;
  next_version bigint;
BEGIN
  PERFORM FROM users WHERE id = p_user_id AND is_active FOR NO KEY UPDATE;
  IF NOT FOUND THEN outcome := 'unauthenticated'; RETURN; END IF;
  SELECT * INTO was FROM conversation_members WHERE conversation_id = p_conversation_id AND user_id = p_user_id FOR UPDATE;
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

  SELECT conversation.version, CASE WHEN last_main_seq > mark THEN counted.unread ELSE 0 END
  INTO conversation_version, unread
  FROM conversations conversation
  CROSS JOIN LATERAL (SELECT least(member.last_read_seq, member.unread_from_seq - 1) AS mark) place
  LEFT JOIN LATERAL unread_messages(p_conversation_id, p_user_id, mark) counted ON last_main_seq > mark
  WHERE conversation.id = p_conversation_id;
END
$$;
COMMENT ON FUNCTION move_mark IS
  'Moves the mark read, delivered or unread of one person. outcome: moved (their counter too), same, or the code of the error.';
`;

const DOWN = `
DROP FUNCTION move_mark;
DROP FUNCTION unread_messages;
DROP INDEX messages_unread_idx;
ALTER TABLE conversation_members DROP CONSTRAINT conversation_members_unread_check;
DROP INDEX conversations_public_idx;
ALTER TABLE conversations DROP CONSTRAINT conversations_shape_check;
ALTER TABLE users RESET (fillfactor);
ALTER TABLE users DROP blocks_version;
`;
