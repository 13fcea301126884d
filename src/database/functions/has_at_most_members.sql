-- Size limit of a conversation for features of small groups.
-- Parameters: p_conversation_id. p_max: largest number of members; 0: unlimited.
-- Result: true if the conversation has at most p_max members.
-- Locks: none.
-- Volatility: STABLE; reads the member count of the conversation.
CREATE OR REPLACE FUNCTION has_at_most_members(p_conversation_id uuid, p_max integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT p_max = 0 OR NOT EXISTS (SELECT FROM conversations WHERE id = p_conversation_id AND member_count > p_max)
$$;
