-- Index key of a word in a conversation. Keys of one conversation are adjacent in the index.
-- Parameters: p_conversation_id. p_word: normalized word.
-- Result: 32 bits of the conversation, then 32 bits of the word.
-- Locks: none.
-- Volatility: IMMUTABLE, a single expression that PostgreSQL inlines.
CREATE OR REPLACE FUNCTION search_key(p_conversation_id uuid, p_word text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (uuid_hash(p_conversation_id)::bigint << 32) | (hashtextextended(p_word COLLATE "C", 0) & 4294967295)
$$;
COMMENT ON FUNCTION search_key IS
  'The key of a word in a conversation: those of one conversation stand side by side in the index. A single expression, which PostgreSQL inlines.';
