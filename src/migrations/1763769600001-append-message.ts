import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The send path: lock, then look, then append, in one round trip.
 * `append_message` must stay VOLATILE plpgsql: each of its statements then sees what the lock waited for. The two
 * functions that it asks are STABLE SQL and see what the asking statement sees.
 */
export class AppendMessage1763769600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(STANDING);
    await runner.query(APPEND_MESSAGE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}

const STANDING = `
CREATE FUNCTION contact_barrier(p_from uuid, p_to uuid) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN EXISTS (SELECT FROM user_blocks WHERE blocker_id = p_from AND blocked_id = p_to) THEN 'blocked_by_you'
    WHEN EXISTS (SELECT FROM user_blocks WHERE blocker_id = p_to AND blocked_id = p_from)
      OR NOT EXISTS (SELECT FROM users WHERE id = p_to AND is_active) THEN 'unavailable'
  END
$$;
COMMENT ON FUNCTION contact_barrier IS
  'Why one person may not reach another: blocked_by_you, unavailable (blocked me, or inactive: not to be told apart) or null.';

CREATE FUNCTION conversation_standing(p_conversation_id uuid, p_user_id uuid)
RETURNS TABLE (type text, role text, is_active boolean, barrier text)
LANGUAGE sql STABLE AS $$
  SELECT conversation.type, member.role, account.is_active,
    CASE conversation.type WHEN 'dm' THEN contact_barrier(p_user_id,
      CASE conversation.dm_user_low WHEN p_user_id THEN conversation.dm_user_high ELSE conversation.dm_user_low END) END
  FROM conversation_members member
  JOIN conversations conversation ON conversation.id = member.conversation_id
  JOIN users account ON account.id = member.user_id
  WHERE member.conversation_id = p_conversation_id AND member.user_id = p_user_id
$$;
COMMENT ON FUNCTION conversation_standing IS
  'What a person is in a conversation, and what stands between the two of a DM. No row: not a member, or no such conversation.';
`;

export const APPEND_MESSAGE = `
CREATE FUNCTION append_message(
  p_id uuid, p_conversation_id uuid, p_sender_id uuid, p_type text, p_content text, p_media jsonb, p_payload jsonb,
  p_metadata jsonb, p_reply_to_id uuid, p_thread_root_id uuid, p_client_id text,
  OUT outcome text, OUT audience_version bigint, OUT message messages, OUT reply messages
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  standing record;
  place record;
BEGIN
  PERFORM FROM conversations WHERE id = p_conversation_id FOR NO KEY UPDATE;

  SELECT * INTO standing FROM conversation_standing(p_conversation_id, p_sender_id);
  IF NOT FOUND THEN outcome := 'not_found'; RETURN; END IF;
  IF NOT standing.is_active THEN outcome := 'unauthenticated'; RETURN; END IF;

  IF p_client_id IS NOT NULL THEN
    SELECT * INTO message FROM messages WHERE sender_id = p_sender_id AND client_id = p_client_id;
    IF FOUND THEN
      outcome := CASE message.conversation_id WHEN p_conversation_id THEN 'duplicate' ELSE 'client_id_reused' END;
      SELECT * INTO reply FROM messages WHERE id = message.reply_to_id;
      RETURN;
    END IF;
  END IF;

  IF standing.barrier IS NOT NULL THEN outcome := standing.barrier; RETURN; END IF;
  IF p_thread_root_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM messages WHERE id = p_thread_root_id AND conversation_id = p_conversation_id AND thread_root_id IS NULL
  ) THEN outcome := 'thread_root_not_found'; RETURN; END IF;
  IF p_reply_to_id IS NOT NULL THEN
    SELECT * INTO reply FROM messages WHERE id = p_reply_to_id AND conversation_id = p_conversation_id;
    IF NOT FOUND THEN outcome := 'reply_not_found'; RETURN; END IF;
  END IF;

  UPDATE conversations SET
    last_seq = last_seq + 1,
    last_main_seq = CASE WHEN p_thread_root_id IS NULL AND p_type <> 'system' THEN last_seq + 1 ELSE last_main_seq END,
    version = version + 1,
    last_activity_at = clock_timestamp()
  WHERE id = p_conversation_id
  RETURNING last_seq, version, members_version, last_activity_at INTO place;

  INSERT INTO messages (id, conversation_id, seq, version, sender_id, type, content, media, payload, metadata,
    reply_to_id, thread_root_id, client_id, created_at, updated_at)
  VALUES (p_id, p_conversation_id, place.last_seq, place.version, p_sender_id, p_type, p_content, p_media, p_payload,
    p_metadata, p_reply_to_id, p_thread_root_id, p_client_id, place.last_activity_at, place.last_activity_at)
  RETURNING * INTO message;

  outcome := 'created';
  audience_version := place.members_version;
END
$$;
COMMENT ON FUNCTION append_message IS
  'Appends one message. outcome: created, duplicate (the same clientId: the first message comes back), or the code of the error.';
`;

const DOWN = `
DROP FUNCTION append_message;
DROP FUNCTION conversation_standing;
DROP FUNCTION contact_barrier;
`;
