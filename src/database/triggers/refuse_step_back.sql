-- Rejects a transition of a call against the order ringing, active, ended, and any change of an ended call, with
-- check_violation.
-- Fires: before the update of calls, for each such row.
-- Locks: none.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION refuse_step_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A call that is % does not become % again.', OLD.state, NEW.state USING ERRCODE = 'check_violation';
END
$$;
COMMENT ON FUNCTION refuse_step_back IS 'Calls go from ringing to active to ended; one that has ended does not change.';
CREATE OR REPLACE TRIGGER calls_go_forward BEFORE UPDATE ON calls FOR EACH ROW
  WHEN ((OLD.state = 'ended' AND OLD.* IS DISTINCT FROM NEW.*) OR (OLD.state = 'active' AND NEW.state = 'ringing')) EXECUTE FUNCTION refuse_step_back();
