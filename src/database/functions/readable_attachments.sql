-- Attachments that a user can read: own ones until a message links them, then those of readable messages.
-- Parameters: p_ids: requested attachments. p_user_id.
-- Result: rows of attachments; inaccessible and unknown ids have none.
-- Locks: none.
-- Volatility: STABLE.
-- requires: hidden_messages
CREATE OR REPLACE FUNCTION readable_attachments(p_ids uuid[], p_user_id uuid) RETURNS SETOF attachments
LANGUAGE sql STABLE AS $$
  SELECT a.* FROM attachments a
  WHERE a.id = ANY (p_ids) AND a.state = 'ready'
    AND EXISTS (SELECT FROM users WHERE id = p_user_id AND is_active)
    AND (a.linked_at IS NULL AND a.owner_id = p_user_id OR EXISTS (
      SELECT FROM attachment_links l
      JOIN conversation_members c ON c.conversation_id = l.conversation_id AND c.user_id = p_user_id
      JOIN conversations v ON v.id = l.conversation_id AND v.deleted_at IS NULL
      JOIN messages m ON m.id = l.message_id AND m.deleted_at IS NULL
      WHERE l.attachment_id = a.id
        AND NOT EXISTS (SELECT FROM hidden_messages(p_user_id) hidden WHERE hidden.message_id = m.id)
    ))
$$;
