-- Size limit of a conversation for features of small groups. Reads at most p_most + 1 rows.
-- Parameters: p_conversation_id. p_most: largest number of members; 0: unlimited.
-- Result: true if the conversation has at most p_most members.
-- Locks: none.
-- Volatility: STABLE.
CREATE OR REPLACE FUNCTION has_members_up_to(p_conversation_id uuid, p_most integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT p_most = 0 OR NOT EXISTS (SELECT FROM conversation_members WHERE conversation_id = p_conversation_id OFFSET p_most)
$$;
COMMENT ON FUNCTION has_members_up_to IS 'Whether a conversation has no more members than so many; 0: it may have any number.';
