-- Increments the account version of users. Writers of other modules count a private change with it.
-- Parameters: p_user_ids: distinct or repeated ids; each user counts once. p_by: increment.
-- Result: one row for each existing user, with the new account version.
-- Locks: the users FOR NO KEY UPDATE in the order of id.
-- Volatility: VOLATILE plpgsql: the plan is kept for the session.
CREATE OR REPLACE FUNCTION increment_account_versions(p_user_ids uuid[], p_by bigint DEFAULT 1)
RETURNS TABLE (user_id uuid, account_version bigint)
LANGUAGE plpgsql VOLATILE ROWS 10 AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH locked AS (SELECT id FROM users WHERE id = ANY (p_user_ids) ORDER BY id FOR NO KEY UPDATE)
  UPDATE users SET account_version = account_version + p_by FROM locked WHERE users.id = locked.id
  RETURNING users.id, users.account_version;
END
$$;
