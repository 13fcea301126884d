-- Unread count of a thread, the only definition of what counts as unread in it.
-- Parameters: p_root_id, p_user_id. p_mark: read position in the thread.
-- Result: unread: replies of other senders after p_mark, without deleted and system messages.
-- Locks: none.
-- Volatility: STABLE.
CREATE OR REPLACE FUNCTION unread_replies(p_root_id uuid, p_user_id uuid, p_mark bigint) RETURNS TABLE (unread bigint)
LANGUAGE sql STABLE ROWS 1 AS $$
  SELECT count(*) FROM messages
  WHERE thread_root_id = p_root_id AND seq > p_mark AND sender_id <> p_user_id AND type <> 'system'
    AND deleted_at IS NULL
$$;
COMMENT ON FUNCTION unread_replies IS
  'How many replies in a thread after a mark count as unread for a person: not their own, not deleted, not of the system.';
