-- Block of a message in the search index: 1,024 consecutive messages of a conversation.
-- Parameters: p_seq: seq of the message.
-- Result: number of the block, from 0.
-- Locks: none.
-- Volatility: IMMUTABLE, a single expression that PostgreSQL inlines.
CREATE OR REPLACE FUNCTION search_block(p_seq bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (p_seq >> 10)::integer
$$;
