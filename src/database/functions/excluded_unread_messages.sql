-- Messages of the main timeline that would be unread but for what the user did: hid the message, took or declined the call.
-- Parameters: p_conversation_id, p_user_id. p_read_seq: read position; messages with a greater seq.
-- Result: one row for each message of another sender that is neither deleted nor of type system.
-- Locks: none.
-- Volatility: STABLE. The lookups are LATERAL with LIMIT, because a session keeps the plan that it made while the tables were
--   small.
CREATE OR REPLACE FUNCTION excluded_unread_messages(p_conversation_id uuid, p_user_id uuid, p_read_seq bigint)
RETURNS TABLE (seq bigint)
LANGUAGE sql STABLE ROWS 1 AS $$
  SELECT m.seq FROM message_flags flags
  CROSS JOIN LATERAL (SELECT * FROM messages WHERE id = flags.message_id LIMIT 1) m
  WHERE flags.conversation_id = p_conversation_id AND flags.user_id = p_user_id AND flags.seq > p_read_seq
    AND flags.hidden_at IS NOT NULL AND m.sender_id <> p_user_id AND m.deleted_at IS NULL AND m.thread_root_id IS NULL
    AND m.type <> 'system'
  UNION
  SELECT m.seq FROM messages m
  CROSS JOIN LATERAL (SELECT id FROM calls WHERE message_id = m.id LIMIT 1) call
  CROSS JOIN LATERAL (SELECT * FROM call_participants WHERE call_id = call.id AND user_id = p_user_id LIMIT 1) own
  WHERE m.conversation_id = p_conversation_id AND m.type = 'call' AND m.seq > p_read_seq AND m.sender_id <> p_user_id
    AND m.deleted_at IS NULL AND m.thread_root_id IS NULL AND (own.joined_at IS NOT NULL OR own.state = 'declined')
$$;
