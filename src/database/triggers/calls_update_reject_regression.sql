-- Rejects a transition of a call against the order ringing, active, ended, and any change of an ended call, with
-- check_violation.
-- Fires: before the update of calls, for each such row.
-- Locks: none.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION calls_update_reject_regression() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Call state % cannot change to %.', OLD.state, NEW.state USING ERRCODE = 'check_violation';
END
$$;
CREATE OR REPLACE TRIGGER calls_update_reject_regression
  BEFORE UPDATE ON calls FOR EACH ROW
  WHEN ((OLD.state = 'ended' AND OLD.* IS DISTINCT FROM NEW.*) OR (OLD.state = 'active' AND NEW.state = 'ringing'))
  EXECUTE FUNCTION calls_update_reject_regression();
