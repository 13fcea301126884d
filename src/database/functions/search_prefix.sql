-- Prefix of the terms of one block of a conversation in the search index. The terms of a block are adjacent in the index.
-- Parameters: p_conversation_id. p_block: as of search_block.
-- Result: 32 bits of the conversation and the block, hexadecimal, and a space. Conversations may share a prefix.
-- Locks: none.
-- Volatility: IMMUTABLE, a single expression that PostgreSQL inlines.
CREATE OR REPLACE FUNCTION search_prefix(p_conversation_id uuid, p_block integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT right(p_conversation_id::text, 8) || to_hex(p_block) || ' '
$$;
