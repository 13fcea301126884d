-- Unread counts of a thread, the only definition of what counts as unread in it.
-- Parameters: p_thread_root_id, p_user_id. p_read_seq: read position in the thread.
-- Result: unread: replies of other senders after p_read_seq, without deleted, hidden and system messages. mentions: those that
--   mention the user or all members.
-- Locks: none.
-- Volatility: STABLE.
-- requires: hidden_messages
CREATE OR REPLACE FUNCTION unread_reply_counts(p_thread_root_id uuid, p_user_id uuid, p_read_seq bigint)
RETURNS TABLE (unread bigint, mentions bigint)
LANGUAGE sql STABLE ROWS 1 AS $$
  SELECT count(*), count(*) FILTER (WHERE mentions_all OR p_user_id = ANY (mentions)) FROM messages
  WHERE thread_root_id = p_thread_root_id AND seq > p_read_seq AND sender_id <> p_user_id AND type <> 'system'
    AND deleted_at IS NULL
    AND NOT EXISTS (SELECT FROM hidden_messages(p_user_id) hidden WHERE hidden.message_id = messages.id)
$$;
