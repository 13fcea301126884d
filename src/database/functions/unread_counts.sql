-- Unread counts of a member, the only definition of what counts as unread.
-- Parameters: p_conversation_id, p_user_id. p_read_seq: read position; messages with a greater seq count.
-- Result: unread: messages of other senders without deleted messages, thread replies, system messages, messages that the user
--   has hidden and calls that the user took or declined. mentions: those that mention the user or all members.
-- Locks: none.
-- Volatility: STABLE. IS TRUE matches messages_unread_idx and keeps the planner from the index of threads. The messages left
--   out by user are subtracted, so that the count itself is an index-only scan.
-- requires: excluded_unread_messages
CREATE OR REPLACE FUNCTION unread_counts(p_conversation_id uuid, p_user_id uuid, p_read_seq bigint)
RETURNS TABLE (unread bigint, mentions bigint)
LANGUAGE sql STABLE ROWS 1 AS $$
  SELECT count(*) - (SELECT count(*) FROM excluded_unread_messages(p_conversation_id, p_user_id, p_read_seq)), (
    SELECT count(*) FROM (
      (
        SELECT seq FROM message_mentions
        WHERE conversation_id = p_conversation_id AND user_id = p_user_id AND seq > p_read_seq AND NOT is_thread_reply
        UNION
        SELECT seq FROM messages
        WHERE conversation_id = p_conversation_id AND seq > p_read_seq AND mentions_all AND thread_root_id IS NULL
          AND sender_id <> p_user_id
      )
      EXCEPT
      SELECT seq FROM excluded_unread_messages(p_conversation_id, p_user_id, p_read_seq)
    ) mentioned
  ) FROM messages
  WHERE conversation_id = p_conversation_id AND seq > p_read_seq AND sender_id <> p_user_id
    AND (deleted_at IS NULL AND thread_root_id IS NULL AND type <> 'system') IS TRUE
$$;
