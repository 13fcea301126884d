-- Users whose names or picture changed, among those who share one of the most recently active conversations of a user.
-- Parameters: p_user_id. p_since: time of the oldest change, exclusive; null: no users. p_max_conversations: number of
--   conversations. p_limit: number of users; more only with the same time of change.
-- Result: one row. user_ids: users with the oldest changes. as_of: time up to which they are complete, for the next p_since:
--   one minute ago, because a transaction commits a change after its time, or the newest change that was examined.
-- Locks: none.
-- Volatility: STABLE. 2 * p_limit changes of all users are looked up in the conversations, which are read only if any profile
--   changed.
CREATE OR REPLACE FUNCTION changed_contacts(
  p_user_id uuid, p_since timestamptz, p_max_conversations integer, p_limit integer
) RETURNS TABLE (user_ids uuid[], as_of timestamptz)
LANGUAGE sql STABLE ROWS 1 AS $$
  WITH changed AS MATERIALIZED (
    SELECT id, profile_changed_at FROM users WHERE profile_changed_at > p_since AND id <> p_user_id
    ORDER BY profile_changed_at FETCH FIRST (2 * p_limit) ROWS WITH TIES
  ), newest AS MATERIALIZED (
    SELECT c.id FROM conversation_members own JOIN conversations c ON c.id = own.conversation_id AND c.deleted_at IS NULL
    WHERE own.user_id = p_user_id AND (SELECT count(*) FROM changed) > 0
    ORDER BY c.last_activity_at DESC LIMIT p_max_conversations
  ), page AS MATERIALIZED (
    SELECT id, profile_changed_at FROM changed
    WHERE EXISTS (
      SELECT FROM conversation_members member
      WHERE member.user_id = changed.id AND member.conversation_id = ANY (ARRAY(SELECT id FROM newest))
    )
    ORDER BY profile_changed_at FETCH FIRST p_limit ROWS WITH TIES
  )
  SELECT coalesce(array_agg(id), '{}'), least(
    date_trunc('milliseconds', now() - interval '1 minute'),
    CASE WHEN count(*) >= p_limit THEN max(profile_changed_at) END,
    (SELECT max(profile_changed_at) FROM changed HAVING count(*) >= 2 * p_limit)
  ) FROM page
$$;
