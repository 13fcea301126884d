-- Unread count of a thread, the only definition of what counts as unread in it.
-- Parameters: p_thread_root_id, p_user_id. p_read_seq: read position in the thread.
-- Result: unread: replies of other senders after p_read_seq, without deleted and system messages.
-- Locks: none.
-- Volatility: STABLE.
CREATE OR REPLACE FUNCTION unread_reply_count(p_thread_root_id uuid, p_user_id uuid, p_read_seq bigint)
RETURNS TABLE (unread bigint)
LANGUAGE sql STABLE ROWS 1 AS $$
  SELECT count(*) FROM messages
  WHERE thread_root_id = p_thread_root_id AND seq > p_read_seq AND sender_id <> p_user_id AND type <> 'system'
    AND deleted_at IS NULL
$$;
