-- Connected users who share one of the most recently active conversations of a user.
-- Parameters: p_user_id. p_connected_ids: connected users. p_max_conversations: number of conversations. p_limit: maximum number
--   of users.
-- Result: one row for each user, of the smallest conversation first.
-- Locks: none.
-- Volatility: STABLE. Up to 1,000 members of a conversation are looked up among the connected users, more the other way around.
CREATE OR REPLACE FUNCTION connected_contacts(
  p_user_id uuid, p_connected_ids uuid[], p_max_conversations integer, p_limit integer
) RETURNS TABLE (user_id uuid)
LANGUAGE sql STABLE AS $$
  SELECT contact.user_id FROM (
    SELECT c.id, c.member_count FROM conversation_members own
    JOIN conversations c ON c.id = own.conversation_id AND c.deleted_at IS NULL
    WHERE own.user_id = p_user_id ORDER BY c.last_activity_at DESC LIMIT p_max_conversations
  ) newest
  CROSS JOIN LATERAL (
    (
      SELECT member.user_id FROM conversation_members member
      WHERE newest.member_count <= 1000 AND member.conversation_id = newest.id
        AND member.user_id IN (SELECT unnest(p_connected_ids))
    )
    UNION ALL
    (
      SELECT connected.id FROM unnest(p_connected_ids) AS connected (id)
      WHERE newest.member_count > 1000 AND EXISTS (
        SELECT FROM conversation_members WHERE conversation_id = newest.id AND user_id = connected.id
      ) LIMIT p_limit
    )
  ) contact
  WHERE contact.user_id <> p_user_id
  GROUP BY 1 ORDER BY min(newest.member_count), 1 LIMIT p_limit
$$;
