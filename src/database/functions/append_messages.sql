-- Appends messages in one round trip: locks the conversations, validates each message, assigns seq and version, inserts.
-- Parameters: p_messages: JSON array of messages in the order of appending. p_wait: true waits for locked conversations,
--   false answers busy for them.
-- Result: one row for each message: place (1-based position in p_messages), outcome, members_version of the conversation
--   (null unless created), the message, the message that it replies to (null: none). All are appended in one statement.
--   outcome: created; duplicate (same sender and clientId: the first message); busy (repeat the call: an earlier message of
--   this call has the same clientId, or, without p_wait, the conversation is locked or does not exist); else an error code.
-- Locks: conversations FOR NO KEY UPDATE, in the order of id with p_wait, else SKIP LOCKED.
-- Volatility: VOLATILE plpgsql, so that the second statement sees what the first waited for; a single CTE reads a snapshot
--   older than the lock. Every lookup is a LATERAL with LIMIT by the one fitting index, because a session keeps the plan
--   that it made while the tables were small.
-- requires: conversation_standing
CREATE OR REPLACE FUNCTION append_messages(p_messages jsonb, p_wait boolean)
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
