-- Visibility of read positions between two users.
-- Parameters: p_of: reader. p_to: viewer.
-- Result: true if both are the same user, or neither hides read receipts.
-- Locks: none.
-- Volatility: STABLE.
-- requires: hides_reads
CREATE OR REPLACE FUNCTION shows_reads(p_of uuid, p_to uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT p_of = p_to OR NOT EXISTS (SELECT FROM users WHERE id IN (p_of, p_to) AND hides_reads(settings))
$$;
COMMENT ON FUNCTION shows_reads IS 'Whether one person shows another how far they have read: neither of them hides it.';
