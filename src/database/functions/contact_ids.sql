-- Users who share one of the most recently active conversations of a user.
-- Parameters: p_user_id. p_max_conversations: number of conversations. p_limit: maximum number of users.
-- Result: one row for each user, of the most recently active conversation first.
-- Locks: none.
-- Volatility: STABLE.
CREATE OR REPLACE FUNCTION contact_ids(p_user_id uuid, p_max_conversations integer, p_limit integer)
RETURNS TABLE (user_id uuid)
LANGUAGE sql STABLE AS $$
  SELECT member.user_id FROM (
    SELECT c.id, c.last_activity_at FROM conversation_members own JOIN conversations c ON c.id = own.conversation_id AND c.deleted_at IS NULL
    WHERE own.user_id = p_user_id ORDER BY c.last_activity_at DESC LIMIT p_max_conversations
  ) newest
  CROSS JOIN LATERAL (
    SELECT user_id FROM conversation_members WHERE conversation_id = newest.id AND user_id <> p_user_id LIMIT p_limit
  ) member
  GROUP BY 1 ORDER BY max(newest.last_activity_at) DESC, 1 LIMIT p_limit
$$;
