-- Rejects a vote in a closed poll with check_violation of poll_votes_open_check. Guards against a writer without the lock
-- of the conversation.
-- Fires: before the insert or update of poll_votes, for each row.
-- Locks: the poll FOR SHARE: waits for a close in progress.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION poll_votes_write_reject_closed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  closed timestamptz;
BEGIN
  SELECT closed_at INTO closed FROM polls WHERE id = NEW.poll_id FOR SHARE;
  IF closed IS NOT NULL THEN
    RAISE EXCEPTION 'The poll is closed.'
      USING ERRCODE = 'check_violation', TABLE = 'poll_votes', CONSTRAINT = 'poll_votes_open_check';
  END IF;
  RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER poll_votes_write_reject_closed
  BEFORE INSERT OR UPDATE ON poll_votes FOR EACH ROW
  EXECUTE FUNCTION poll_votes_write_reject_closed();
