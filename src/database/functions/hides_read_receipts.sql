-- Privacy setting of read receipts.
-- Parameters: p_settings: users.settings.
-- Result: true if the user neither shares own read positions nor sees those of others.
-- Locks: none.
-- Volatility: IMMUTABLE, a single expression that PostgreSQL inlines.
CREATE OR REPLACE FUNCTION hides_read_receipts(p_settings jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT p_settings @> '{"readReceipts": false}' $$;
