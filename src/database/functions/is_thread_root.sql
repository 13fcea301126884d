-- Whether a message can have a thread.
-- Parameters: p_conversation_id. p_message_id.
-- Result: true if the message is in the conversation and is no thread reply.
-- Locks: none.
-- Volatility: STABLE.
CREATE OR REPLACE FUNCTION is_thread_root(p_conversation_id uuid, p_message_id uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM messages WHERE id = p_message_id AND conversation_id = p_conversation_id AND thread_root_id IS NULL
  )
$$;
