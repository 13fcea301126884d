-- Contact restriction between two users.
-- Parameters: p_from: acting user. p_to: other user.
-- Result: blocked_by_you; unavailable (p_to blocks p_from, or is inactive: indistinguishable); null: none.
-- Locks: none.
-- Volatility: STABLE; sees the snapshot of the calling statement.
CREATE OR REPLACE FUNCTION contact_barrier(p_from uuid, p_to uuid) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN EXISTS (SELECT FROM user_blocks WHERE blocker_id = p_from AND blocked_id = p_to) THEN 'blocked_by_you'
    WHEN EXISTS (SELECT FROM user_blocks WHERE blocker_id = p_to AND blocked_id = p_from)
      OR NOT EXISTS (SELECT FROM users WHERE id = p_to AND is_active) THEN 'unavailable'
  END
$$;
COMMENT ON FUNCTION contact_barrier IS
  'Why one person may not reach another: blocked_by_you, unavailable (blocked me, or inactive: not to be told apart) or null.';
