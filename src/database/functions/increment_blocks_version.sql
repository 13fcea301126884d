-- Increments the account version of a user and records it as the version of the last change of own blocks.
-- Parameters: p_user_id.
-- Result: the new account version.
-- Locks: the user.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION increment_blocks_version(p_user_id uuid) RETURNS bigint
LANGUAGE sql VOLATILE AS $$
  UPDATE users SET account_version = account_version + 1, blocks_version = account_version + 1 WHERE id = p_user_id
  RETURNING account_version
$$;
