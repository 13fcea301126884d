-- Appends messages in one round trip, as the server sends them; append_message wraps it for SQL written by hand. Locks the conversations, validates each message, assigns seq and version, inserts.
-- Parameters: p_messages: JSON array of messages in the order of appending. p_wait: true waits for locked conversations,
--   false answers busy for them.
-- Result: one row for each message: ordinal (position in p_messages from 1), outcome, members_version of the conversation
--   (null unless created), the message, the message that it replies to (null: none). All are appended in one statement.
--   outcome: created; duplicate (same sender and clientId: the first message); busy (repeat the call: an earlier message of
--   this call has the same clientId, or, without p_wait, the conversation is locked or does not exist); else an error code.
-- Locks: conversations FOR NO KEY UPDATE, in the order of id with p_wait, else SKIP LOCKED.
-- Volatility: VOLATILE plpgsql, so that the second statement sees what the first waited for; a single CTE reads a snapshot
--   older than the lock. Every lookup is a LATERAL with LIMIT by the one fitting index, because a session keeps the plan
--   that it made while the tables were small.
-- requires: membership_context
CREATE OR REPLACE FUNCTION append_messages(p_messages jsonb, p_wait boolean)
RETURNS TABLE (ordinal bigint, outcome text, members_version bigint, message messages, reply messages)
LANGUAGE plpgsql VOLATILE ROWS 50 AS $$
#variable_conflict use_column
DECLARE
  conversation_ids uuid[] := ARRAY(SELECT (input ->> 'conversationId')::uuid FROM jsonb_array_elements(p_messages) input);
  locked_ids uuid[];
BEGIN
  IF p_wait THEN
    locked_ids := ARRAY(SELECT id FROM conversations WHERE id = ANY (conversation_ids) ORDER BY id FOR NO KEY UPDATE);
  ELSE
    locked_ids := ARRAY(SELECT id FROM conversations WHERE id = ANY (conversation_ids) FOR NO KEY UPDATE SKIP LOCKED);
  END IF;

  RETURN QUERY
  WITH input AS (
    SELECT *, client_id IS NOT NULL
      AND row_number() OVER (PARTITION BY sender_id, client_id ORDER BY ordinal) > 1 AS is_repeated
    FROM ROWS FROM (jsonb_to_recordset(p_messages) AS (
      "id" uuid, "conversationId" uuid, "senderId" uuid, "type" text, "content" text, "media" jsonb, "payload" jsonb,
      "metadata" jsonb, "mentions" uuid[], "mentionsAll" boolean, "forwarded" boolean, "replyToId" uuid,
      "threadRootId" uuid, "clientId" text
    )) WITH ORDINALITY AS message (
      id, conversation_id, sender_id, type, content, media, payload, metadata, mentions, mentions_all, forwarded,
      reply_to_id, thread_root_id, client_id, ordinal
    )
  ), checked AS (
    SELECT input.*, existing.message AS existing, reply.message AS reply, CASE
      WHEN is_repeated OR NOT p_wait AND input.conversation_id <> ALL (locked_ids) THEN 'busy'
      WHEN context.is_active IS NULL THEN 'not_found'
      WHEN NOT context.is_active THEN 'unauthenticated'
      WHEN existing.conversation_id = input.conversation_id THEN 'duplicate'
      WHEN existing.id IS NOT NULL THEN 'client_id_reused'
      WHEN context.contact_restriction IS NOT NULL THEN context.contact_restriction
      WHEN input.thread_root_id IS NOT NULL AND (
        root.conversation_id IS DISTINCT FROM input.conversation_id OR root.thread_root_id IS NOT NULL
      ) THEN 'thread_root_not_found'
      WHEN input.reply_to_id IS NOT NULL AND reply.conversation_id IS DISTINCT FROM input.conversation_id
      THEN 'reply_not_found'
      ELSE 'created'
    END AS outcome
    FROM input
    LEFT JOIN LATERAL (SELECT * FROM membership_context(input.conversation_id, input.sender_id) LIMIT 1) context ON true
    LEFT JOIN LATERAL (
      SELECT m AS message, m.* FROM messages m WHERE m.sender_id = input.sender_id AND m.client_id = input.client_id LIMIT 1
    ) existing ON true
    LEFT JOIN LATERAL (SELECT * FROM messages WHERE id = input.thread_root_id LIMIT 1) root ON true
    LEFT JOIN LATERAL (
      SELECT m AS message, m.* FROM messages m
      WHERE m.id = CASE WHEN existing.id IS NULL THEN input.reply_to_id ELSE existing.reply_to_id END LIMIT 1
    ) reply ON true
  ), accepted AS (
    SELECT *, row_number() OVER (PARTITION BY conversation_id ORDER BY ordinal) AS rank
    FROM (SELECT *, outcome = 'created' AS is_new FROM checked) candidate WHERE is_new
  ), conversation AS (
    UPDATE conversations SET
      last_seq = last_seq + added.count,
      last_main_seq = coalesce(last_seq + added.last_main, last_main_seq),
      version = version + added.count,
      last_activity_at = clock_timestamp()
    FROM (
      SELECT conversation_id, count(*), max(rank) FILTER (WHERE thread_root_id IS NULL AND type <> 'system') AS last_main
      FROM accepted GROUP BY 1
    ) added
    WHERE id = added.conversation_id
    RETURNING id, last_seq - added.count AS seq, version - added.count AS version, members_version, last_activity_at
  ), appended AS (
    INSERT INTO messages AS m (id, conversation_id, seq, version, sender_id, type, content, media, payload, metadata,
      mentions, mentions_all, forwarded, reply_to_id, thread_root_id, client_id, created_at, updated_at)
    SELECT accepted.id, conversation_id, seq + rank, version + rank, sender_id, type, content, media, payload, metadata,
      mentions, coalesce(mentions_all, false), coalesce(forwarded, false), reply_to_id, thread_root_id, client_id,
      last_activity_at, last_activity_at
    FROM accepted JOIN conversation ON conversation.id = conversation_id
    RETURNING id, conversation_id, seq, version, thread_root_id, mentions, m AS message
  ), inserted_mentions AS (
    INSERT INTO message_mentions (message_id, user_id, conversation_id, seq, is_thread_reply)
    SELECT id, user_id, conversation_id, seq, thread_root_id IS NOT NULL
    FROM appended CROSS JOIN LATERAL unnest(mentions) AS user_id
  ), updated_roots AS (
    UPDATE messages SET
      thread_reply_count = thread_reply_count + added.count, thread_last_reply_seq = added.last_seq,
      version = added.last_version
    FROM (
      SELECT thread_root_id, count(*), max(seq) AS last_seq, max(version) AS last_version
      FROM appended WHERE thread_root_id IS NOT NULL GROUP BY 1
    ) added
    WHERE id = added.thread_root_id
  )
  SELECT ordinal, outcome, members_version, coalesce(appended.message, existing), reply
  FROM checked
  LEFT JOIN appended USING (id)
  LEFT JOIN conversation ON appended.id IS NOT NULL AND conversation.id = checked.conversation_id;
END
$$;
