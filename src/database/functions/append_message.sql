-- Appends one message, for SQL written by hand: calls append_messages with scalar parameters and waits for the lock.
-- Parameters: the columns of the message.
-- Result: one row as of append_messages.
-- Locks: the conversation FOR NO KEY UPDATE.
-- Volatility: VOLATILE.
-- requires: append_messages
CREATE OR REPLACE FUNCTION append_message(
  p_id uuid, p_conversation_id uuid, p_sender_id uuid, p_type text, p_content text, p_media jsonb, p_payload jsonb,
  p_metadata jsonb, p_reply_to_id uuid, p_thread_root_id uuid, p_client_id text,
  OUT outcome text, OUT members_version bigint, OUT message messages, OUT reply messages
) LANGUAGE sql VOLATILE AS $$
  SELECT outcome, members_version, message, reply FROM append_messages(jsonb_build_array(jsonb_build_object(
    'id', p_id, 'conversationId', p_conversation_id, 'senderId', p_sender_id, 'type', p_type, 'content', p_content,
    'media', p_media, 'payload', p_payload, 'metadata', p_metadata, 'replyToId', p_reply_to_id,
    'threadRootId', p_thread_root_id, 'clientId', p_client_id
  )), true)
$$;
