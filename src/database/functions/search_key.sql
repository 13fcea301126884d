-- Index key of a term in a conversation. Keys of one conversation are adjacent in the index.
-- Parameters: p_conversation_id. p_term: normalized term.
-- Result: 32 bits of the conversation, then 32 bits of the term.
-- Locks: none.
-- Volatility: IMMUTABLE, a single expression that PostgreSQL inlines.
CREATE OR REPLACE FUNCTION search_key(p_conversation_id uuid, p_term text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (uuid_hash(p_conversation_id)::bigint << 32) | (hashtextextended(p_term COLLATE "C", 0) & 4294967295)
$$;
