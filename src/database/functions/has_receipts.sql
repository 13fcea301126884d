-- Whether a conversation has receipts: at least two members, and at most the configured number.
-- Parameters: p_conversation_id. p_max: largest number of members with receipts; 0: unlimited.
-- Result: true if the conversation has receipts.
-- Locks: none.
-- Volatility: STABLE; reads the member count of the conversation.
CREATE OR REPLACE FUNCTION has_receipts(p_conversation_id uuid, p_max integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM conversations WHERE id = p_conversation_id AND member_count > 1 AND (p_max = 0 OR member_count <= p_max)
  )
$$;
