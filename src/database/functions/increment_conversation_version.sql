-- Increments the version of a conversation. Writers of other modules count a shared change with it.
-- Parameters: p_conversation_id.
-- Result: one row: the new version, and members_version for the recipients. No row: no such conversation.
-- Locks: the conversation, which the caller has locked before.
-- Volatility: VOLATILE plpgsql: the plan is kept for the session.
CREATE OR REPLACE FUNCTION increment_conversation_version(p_conversation_id uuid)
RETURNS TABLE (version bigint, members_version bigint)
LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  UPDATE conversations SET version = version + 1 WHERE id = p_conversation_id
  RETURNING conversations.version, conversations.members_version;
END
$$;
