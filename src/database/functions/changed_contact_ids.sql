-- Users whose names or picture changed, among those who share one of the most recently active conversations of a user.
-- Parameters: p_user_id. p_since: time of the oldest change. p_max_conversations: number of conversations. p_limit: maximum
--   number of users.
-- Result: one row for each user, newest change first. Only the newest 2 * p_limit changes of all users are considered.
-- Locks: none.
-- Volatility: STABLE. The conversations are read only if any profile changed.
CREATE OR REPLACE FUNCTION changed_contact_ids(
  p_user_id uuid, p_since timestamptz, p_max_conversations integer, p_limit integer
) RETURNS TABLE (user_id uuid)
LANGUAGE sql STABLE AS $$
  SELECT changed.id FROM (
    SELECT id, profile_changed_at FROM users WHERE profile_changed_at > p_since AND id <> p_user_id
    ORDER BY profile_changed_at DESC LIMIT 2 * p_limit
  ) changed
  WHERE EXISTS (
    SELECT FROM conversation_members member
    WHERE member.user_id = changed.id AND member.conversation_id = ANY (ARRAY(
      SELECT c.id FROM conversation_members own JOIN conversations c ON c.id = own.conversation_id AND c.deleted_at IS NULL
      WHERE own.user_id = p_user_id ORDER BY c.last_activity_at DESC LIMIT p_max_conversations
    ))
  )
  ORDER BY changed.profile_changed_at DESC LIMIT p_limit
$$;
