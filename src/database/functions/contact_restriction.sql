-- Contact restriction between two users.
-- Parameters: p_user_id: acting user. p_other_user_id: other user.
-- Result: blocked_by_you; unavailable (p_other_user_id blocks p_user_id, or is inactive: indistinguishable); null: none.
-- Locks: none.
-- Volatility: STABLE; sees the snapshot of the calling statement.
CREATE OR REPLACE FUNCTION contact_restriction(p_user_id uuid, p_other_user_id uuid) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN EXISTS (SELECT FROM user_blocks WHERE blocker_id = p_user_id AND blocked_id = p_other_user_id) THEN 'blocked_by_you'
    WHEN EXISTS (SELECT FROM user_blocks WHERE blocker_id = p_other_user_id AND blocked_id = p_user_id)
      OR NOT EXISTS (SELECT FROM users WHERE id = p_other_user_id AND is_active) THEN 'unavailable'
  END
$$;
