-- Input of the authorization of a member in a conversation.
-- Parameters: p_conversation_id, p_user_id.
-- Result: one row: type of the conversation, role, whether the user is active, contact restriction of a DM (null: none).
--   No row: not a member, no such conversation, or a deleted one.
-- Locks: none.
-- Volatility: STABLE; sees the snapshot of the calling statement.
-- requires: contact_restriction
CREATE OR REPLACE FUNCTION membership_context(p_conversation_id uuid, p_user_id uuid)
RETURNS TABLE (type text, role text, is_active boolean, contact_restriction text)
LANGUAGE sql STABLE AS $$
  SELECT conversation.type, member.role, account.is_active,
    CASE conversation.type WHEN 'dm' THEN contact_restriction(p_user_id,
      CASE conversation.dm_user_low WHEN p_user_id THEN conversation.dm_user_high ELSE conversation.dm_user_low END) END
  FROM conversation_members member
  JOIN conversations conversation ON conversation.id = member.conversation_id AND conversation.deleted_at IS NULL
  JOIN users account ON account.id = member.user_id
  WHERE member.conversation_id = p_conversation_id AND member.user_id = p_user_id
$$;
