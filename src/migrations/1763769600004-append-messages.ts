import type { MigrationInterface, QueryRunner } from 'typeorm';
import { APPEND_MESSAGE } from './1763769600001-append-message.js';

/**
 * The send path for one message and for many: lock, then look, then append. It must stay VOLATILE plpgsql: its second
 * statement then sees what the first waited for. Every look is a LATERAL with a LIMIT, by the one index that fits: a
 * session keeps the plan that it made when the tables were small.
 */
export class AppendMessages1763769600004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(APPEND_MESSAGES);
    await runner.query(APPEND_ONE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION append_message; DROP FUNCTION append_messages; ${APPEND_MESSAGE}`);
  }
}

/** For the way back to it too. */
export const APPEND_MESSAGES = `
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
      "metadata" jsonb, "replyToId" uuid, "threadRootId" uuid, "clientId" text
    )) WITH ORDINALITY AS one (
      id, conversation_id, sender_id, type, content, media, payload, metadata, reply_to_id, thread_root_id, client_id, place
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
      reply_to_id, thread_root_id, client_id, created_at, updated_at)
    SELECT accepted.id, conversation_id, seq + nth, version + nth, sender_id, type, content, media, payload, metadata,
      reply_to_id, thread_root_id, client_id, last_activity_at, last_activity_at
    FROM accepted JOIN conversation ON conversation.id = conversation_id
    RETURNING id, m AS message
  )
  SELECT place, outcome, members_version, coalesce(appended.message, first), reply
  FROM looked
  LEFT JOIN appended USING (id)
  LEFT JOIN conversation ON appended.id IS NOT NULL AND conversation.id = conversation_id;
END
$$;
COMMENT ON FUNCTION append_messages IS
  'Appends messages, all or none, each in its turn. outcome: created; duplicate (the same clientId: the first message comes back); busy (ask again: another try with this clientId stands before it, or, without p_wait, the conversation is locked or does not exist); or the code of the error.';
`;

const APPEND_ONE = `
CREATE OR REPLACE FUNCTION append_message(
  p_id uuid, p_conversation_id uuid, p_sender_id uuid, p_type text, p_content text, p_media jsonb, p_payload jsonb,
  p_metadata jsonb, p_reply_to_id uuid, p_thread_root_id uuid, p_client_id text,
  OUT outcome text, OUT audience_version bigint, OUT message messages, OUT reply messages
) LANGUAGE sql VOLATILE AS $$
  SELECT outcome, audience_version, message, reply FROM append_messages(jsonb_build_array(jsonb_build_object(
    'id', p_id, 'conversationId', p_conversation_id, 'senderId', p_sender_id, 'type', p_type, 'content', p_content,
    'media', p_media, 'payload', p_payload, 'metadata', p_metadata, 'replyToId', p_reply_to_id,
    'threadRootId', p_thread_root_id, 'clientId', p_client_id
  )), true)
$$;
COMMENT ON FUNCTION append_message IS 'One message by append_messages, which waits: for SQL by hand.';
`;
