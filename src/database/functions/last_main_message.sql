-- Last message of the main timeline of a conversation, as a member sees it.
-- Parameters: p_user_id. p_conversation_id. p_seq: conversations.last_main_seq.
-- Result: at most one row; content is null if the user has hidden the message.
-- Locks: none.
-- Volatility: STABLE. PostgreSQL inlines it into the calling statement: one lookup by (conversation_id, seq).
-- requires: hidden_messages
CREATE OR REPLACE FUNCTION last_main_message(p_user_id uuid, p_conversation_id uuid, p_seq bigint)
RETURNS TABLE (
  id uuid, seq bigint, sender_id uuid, type text, content text, created_at timestamptz(3), edited_at timestamptz(3),
  deleted_at timestamptz(3)
)
LANGUAGE sql STABLE ROWS 1 AS $$
  SELECT m.id, m.seq, m.sender_id, m.type,
    CASE WHEN EXISTS (SELECT FROM hidden_messages(p_user_id) hidden WHERE hidden.message_id = m.id) THEN NULL
         ELSE m.content END,
    m.created_at, m.edited_at, m.deleted_at
  FROM messages m WHERE m.conversation_id = p_conversation_id AND m.seq = p_seq
$$;
