-- Whether a conversation has receipts: at least two members, and at most the configured number.
-- Parameters: p_conversation_id. p_max: largest number of members with receipts; 0: unlimited.
-- Result: true if the conversation has receipts. Reads at most p_max + 1 rows.
-- Locks: none.
-- Volatility: STABLE.
-- requires: has_at_most_members
CREATE OR REPLACE FUNCTION has_receipts(p_conversation_id uuid, p_max integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM conversation_members WHERE conversation_id = p_conversation_id OFFSET 1)
    AND has_at_most_members(p_conversation_id, p_max)
$$;
