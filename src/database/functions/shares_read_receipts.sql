-- Visibility of read positions between two users.
-- Parameters: p_user_id: reader. p_viewer_id: viewer.
-- Result: true if both are the same user, or neither hides read receipts.
-- Locks: none.
-- Volatility: STABLE.
-- requires: hides_read_receipts
CREATE OR REPLACE FUNCTION shares_read_receipts(p_user_id uuid, p_viewer_id uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT p_user_id = p_viewer_id
    OR NOT EXISTS (SELECT FROM users WHERE id IN (p_user_id, p_viewer_id) AND hides_read_receipts(settings))
$$;
