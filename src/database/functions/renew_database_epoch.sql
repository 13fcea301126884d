-- Begins a new epoch: all clients discard what they hold at their next sync. To be called after a restore that leaves cluster,
-- timeline and tables as they are: a snapshot of volumes, or data loaded into existing tables.
-- Parameters: none.
-- Result: the new epoch.
-- Locks: none.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION renew_database_epoch() RETURNS uuid
LANGUAGE sql AS $$
  INSERT INTO database_epochs (epoch, origin, started_at)
  SELECT gen_random_uuid(), origin, clock_timestamp() FROM database_epochs ORDER BY started_at DESC, epoch DESC LIMIT 1
  RETURNING epoch
$$;
